"""One bad credential or act: what is done, what must come back, and where it must be written down."""

import dataclasses
import typing

from support import ledger, poll

LOGGED_SECONDS = 10  # A refusal is told at once and logged after it.
ACCEPTED = "ACCEPTED"
FIRST_ANSWER = "FIRST ANSWER"  # A repeat: the same bytes as the first time, and nothing else.
CUT_OFF = "UNAVAILABLE"        # All that gRPC tells who is not let in.


@dataclasses.dataclass
class Row:
    """`act` does it and returns what came (a reason code, or what the transport says of its own);
    `logged` looks where it must be written down."""
    name: str
    act: typing.Callable[[], str]
    wanted: str
    logged: typing.Any


class Mark:
    """How much a node has written down at a moment."""

    def __init__(self, node):
        self.node = node
        self.leaves = len(ledger.Store(node.database).leaves)
        self.log_bytes = node.log.stat().st_size

    def new_leaves(self):
        return ledger.Store(self.node.database).leaves[self.leaves:]

    def new_log(self):
        return self.node.log.read_bytes()[self.log_bytes:].decode(errors="replace")


@dataclasses.dataclass
class Leaf:
    """Exactly one leaf with the row's reason at one node: REFUSED, DENIED, or, of what its own side
    let pass, DELIVERED at the other. `beside` are events that go with it."""
    event: str
    actor: str
    object: str = ""
    node: str = "vn-langson"
    beside: tuple = ()

    def __str__(self):
        return f"{self.event} leaf of {self.node}"

    def check(self, marks, row):
        """AssertionError unless it comes, and is the only one."""
        def named():
            return [leaf for leaf in marks[self.node].new_leaves() if leaf["event"] == self.event]
        [leaf] = poll.until(f"the leaf of: {row.name}", named, LOGGED_SECONDS)
        assert leaf["result"] == f"REFUSED:{row.wanted}", leaf
        assert leaf["actor"] == self.actor, leaf
        assert leaf["object"] == self.object or not self.object, leaf
        nothing_else(marks, row, (self.event, *self.beside))


@dataclasses.dataclass
class DaemonLog:
    """A stranger's certificate: no leaf, but its fault in the daemon's own log."""
    reason: str

    def __str__(self):
        return f"daemon's log, {self.reason}"

    def check(self, marks, row):
        """AssertionError unless the daemon names the fault, and the ledgers nothing."""
        def told():
            return [line for line in marks["vn-langson"].new_log().splitlines()
                    if "certificate refused" in line and self.reason in line]
        poll.until(f"the daemon's line of: {row.name}", told, LOGGED_SECONDS)
        nothing_else(marks, row)


@dataclasses.dataclass
class NoLeaf:
    """Not in the ledger, for the reason that is stated."""
    why: str

    def __str__(self):
        return f"no leaf: {self.why}"

    def check(self, marks, row):
        """AssertionError if a ledger has something of it."""
        nothing_else(marks, row)


def nothing_else(marks, row, expected=()):
    """Nothing of it is in any ledger but what is expected, and what any message leaves later."""
    known = ("PEER_HEAD", "RECEIPT", "DECIDED", "DENIED_SUMMARY", *expected)
    for mark in marks.values():
        odd = [leaf for leaf in mark.new_leaves() if leaf["event"] not in known]
        assert not odd, f"{row.name} left {odd}"
