"""One bad credential or act: what is done, what must come back, and where it must be written down."""

import dataclasses
import typing

from support import ledger, poll

TOLD_SECONDS = 10  # A daemon's own log has no turn with its messages.
ACCEPTED = "ACCEPTED"
LATER = ("PEER_HEAD", "RECEIPT", "DECIDED", "DENIED_SUMMARY")  # What any message leaves in the end.
FIRST_ANSWER = "FIRST ANSWER"  # A repeat: the same bytes as the first time, and nothing else.
CUT_OFF = "UNAVAILABLE"        # All that gRPC tells who is not let in.


@dataclasses.dataclass
class Row:
    """`act` does it and returns what came (a reason code, or what the transport says of its own);
    `logged` looks where it must be written down, once somebody else's message went through both
    nodes after it: each ledger is written in turn, so that what the act left is there by then."""
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
    let pass, DELIVERED at the other. `beside` are (node, event) that go with it, each once too: no
    limit of refusals is reached (world.LIMITS), so nothing is left out or stands for several."""
    event: str
    actor: str
    object: str = ""
    node: str = "vn-langson"
    beside: tuple = ()

    def __str__(self):
        return f"{self.event} leaf of {self.node}"

    def check(self, marks, row, served):
        """AssertionError unless it is there, once, and nothing else is."""
        mine = self.node, self.event
        came = left_by(marks, served)
        events = sorted((node, leaf["event"]) for node, leaf in came)
        assert events == sorted([mine, *self.beside]), f"{row.name} left {came}"
        [leaf] = [leaf for node, leaf in came if (node, leaf["event"]) == mine]
        assert leaf["result"] == f"REFUSED:{row.wanted}", leaf
        assert leaf["actor"] == self.actor, leaf
        assert leaf["object"] == self.object or not self.object, leaf


@dataclasses.dataclass
class DaemonLog:
    """A stranger: no leaf, but what is wrong with him in the daemon's own log."""
    reason: str
    kind: str = "certificate refused"

    def __str__(self):
        return f"daemon's log, {self.reason}"

    def check(self, marks, row, served):
        """AssertionError unless the daemon names the fault, and the ledgers nothing."""
        def told():
            return [line for line in marks["vn-langson"].new_log().splitlines()
                    if self.kind in line and self.reason in line]
        poll.until(f"the daemon's line of: {row.name}", told, TOLD_SECONDS)
        nothing(marks, row, served)


@dataclasses.dataclass
class NoLeaf:
    """Not in the ledger, for the reason that is stated."""
    why: str

    def __str__(self):
        return f"no leaf: {self.why}"

    def check(self, marks, row, served):
        """AssertionError if a ledger has something of it."""
        nothing(marks, row, served)


def left_by(marks, served):
    """(node, leaf) of all that is new in any ledger, but those of `served`, the message of somebody
    else, and what comes LATER of messages before."""
    return [(node, leaf) for node, mark in marks.items() for leaf in mark.new_leaves()
            if leaf["object"] != f"message:{served}" and leaf["event"] not in LATER]


def nothing(marks, row, served):
    """Nothing of it is in any ledger."""
    came = left_by(marks, served)
    assert not came, f"{row.name} left {came}"
