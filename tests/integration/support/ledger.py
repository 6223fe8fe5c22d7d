"""A second reader of a node's ledger: from the SQLite file to the RFC 6962 root, in plain Python.

The tables are those of daemon/store/README.md, the bytes those of daemon/ledger/README.md.
"""

import base64
import collections
import hashlib
import sqlite3

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEYS = ("event", "time", "epoch", "actor", "peer", "object", "sequence", "pae", "signatures",
        "result", "detail", "nonce")


def sha256(data):
    return hashlib.sha256(data).digest()


def parse_leaf(leaf):
    """Leaf version 1 as a dict; AssertionError unless it has exactly its twelve lines."""
    lines = leaf.decode("ascii").split("\n")
    assert lines[0] == "gatepost-leaf/v1" and lines[-1] == "", leaf
    pairs = [line.split(" ") for line in lines[1:-1]]
    assert tuple(pair[0] for pair in pairs) == KEYS and all(len(p) == 2 for p in pairs), leaf
    return dict(pairs)


def tree_root(leaves):
    """RFC 6962, 2.1, by the definition: split at the largest power of two below the size."""
    hashes = [sha256(b"\0" + leaf) for leaf in leaves]

    def root(begin, end):
        if end - begin == 1:
            return hashes[begin]
        split = 1 << (end - begin - 1).bit_length() - 1
        return sha256(b"\1" + root(begin, begin + split) + root(begin + split, end))

    return root(0, len(hashes)) if hashes else sha256(b"")


Head = collections.namedtuple("Head", "origin size root body signature")


def open_checkpoint(checkpoint, vkey):
    """A C2SP checkpoint whose Ed25519 signature by `vkey` holds."""
    body, signatures = checkpoint.decode().rsplit("\n\n", 1)
    body += "\n"
    origin, size, root = body.splitlines()
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    for line in signatures.splitlines():
        _, signer, value = line.split(" ")
        raw = base64.b64decode(value)
        if signer == name and raw[:4].hex() == key_id and key[:1] == b"\1":
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], body.encode())
            assert origin.startswith(name + "/"), origin
            return Head(origin, int(size), base64.b64decode(root), body.encode(), raw[4:])
    raise AssertionError(f"no signature of {name} in {checkpoint!r}")


Outgoing = collections.namedtuple("Outgoing", "peer sequence author message_id pae running_digest")
Incoming = collections.namedtuple("Incoming", "peer sequence author message_id pae standing")
Receipt = collections.namedtuple("Receipt", "peer sequence leaf leaf_index own_leaf_index")


class Store:
    """Everything in one node's database, read at once. The node may run or be down."""

    def __init__(self, database):
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)
        connection.execute("BEGIN")  # One snapshot for all that follows.
        self.groups = connection.execute(
            "SELECT first_index, leaf_count, root, nodes, leaves FROM ledger_group"
            " ORDER BY first_index").fetchall()
        self.outgoing = [Outgoing(*row) for row in connection.execute(
            "SELECT o.peer, o.sequence, m.author, m.message_id, m.pae, o.running_digest"
            " FROM outgoing o JOIN message m ON m.row = o.message_row"
            " ORDER BY o.peer, o.sequence")]
        self.incoming = [Incoming(*row) for row in connection.execute(
            "SELECT received_from, incoming_sequence, author, message_id, pae, standing"
            " FROM message WHERE received_from IS NOT NULL"
            " ORDER BY received_from, incoming_sequence")]
        self.receipts = [Receipt(*row) for row in connection.execute(
            "SELECT peer, sequence, leaf, leaf_index, own_leaf_index FROM receipt"
            " ORDER BY peer, sequence")]
        self.links = {row[0]: row[1:] for row in connection.execute(
            "SELECT peer, last_queued, queued_digest, last_receipted, last_received,"
            " received_digest, alarm FROM link")}
        self.fencing = dict(connection.execute("SELECT peer, fencing FROM link"))
        self.message_count = connection.execute("SELECT count(*) FROM message").fetchone()[0]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        self.leaf_bytes = [leaf for group in self.groups for leaf in unpack_leaves(group[4])]
        self.leaves = [parse_leaf(leaf) for leaf in self.leaf_bytes]

    def events(self, name):
        return [leaf for leaf in self.leaves if leaf["event"] == name]

    def check_tree(self):
        """The groups join without a gap, and each states the root of all leaves up to its end."""
        size = 0
        for first, count, root, nodes, packed in self.groups:
            assert first == size, f"group at {first}, wanted {size}"
            size += count
            assert count == len(unpack_leaves(packed))
            made = nodes_up_to(size) - nodes_up_to(first)
            assert len(nodes) == 32 * made, f"group at {first}: {len(nodes)} bytes of nodes"
        self.check_root_of_last_group()

    def check_root_of_last_group(self):
        if self.groups:
            assert tree_root(self.leaf_bytes) == self.groups[-1][2], "root of the last group"

    def check_head(self, checkpoint, vkey):
        """The signed head is over these leaves: all but heads cosigned since it was asked for."""
        head = open_checkpoint(checkpoint, vkey)
        later = {leaf["event"] for leaf in self.leaves[head.size:]}
        assert head.size <= len(self.leaves) and later <= {"PEER_HEAD"}, \
            f"head {head.size}, leaves {len(self.leaves)}, the later ones {later}"
        assert head.root == tree_root(self.leaf_bytes[:head.size]), \
            "the head is not over these leaves"
        return head

    def check_facts(self):
        """Facts are unique, times never decrease, epochs are one."""
        facts = collections.Counter(
            (leaf["event"], leaf["object"], leaf["peer"], leaf["actor"]) for leaf in self.leaves
            if leaf["event"] in ("ACCEPTED", "DELIVERED", "RECEIPT", "FETCHED", "READ"))
        twice = [fact for fact, count in facts.items() if count > 1]
        assert not twice, f"{len(twice)} facts logged twice: {twice[:3]}"
        times = [leaf["time"] for leaf in self.leaves]
        assert times == sorted(times), "time decreases"
        nonces = {leaf["nonce"] for leaf in self.leaves}
        assert len(nonces) == len(self.leaves), "a nonce came twice"

    def check_sequences(self, peer):
        """Both directions with `peer` have every number from 1 once, in tables and in leaves, and
        the running digests that PROTOCOL.md 2 defines."""
        queued, queued_digest, receipted, received, received_digest, alarm = self.links[peer]
        assert alarm == "", alarm
        out = [row for row in self.outgoing if row.peer == peer]
        assert [row.sequence for row in out] == list(range(1, queued + 1))
        digest = bytes(32)
        for row in out:
            digest = sha256(digest + row.pae)
            assert row.running_digest == digest, f"running digest at {row.sequence}"
        assert digest == queued_digest
        incoming = [row for row in self.incoming if row.peer == peer]
        assert [row.sequence for row in incoming] == list(range(1, received + 1))
        digest = bytes(32)
        for row in incoming:
            digest = sha256(digest + row.pae)
        assert digest == received_digest
        receipts = [row for row in self.receipts if row.peer == peer]
        assert [row.sequence for row in receipts] == list(range(1, receipted + 1))
        for event, last in (("DELIVERED", received), ("RECEIPT", receipted)):
            logged = [int(leaf["sequence"]) for leaf in self.events(event)
                      if leaf["peer"] == peer]
            assert logged == list(range(1, last + 1)), f"{event} leaves"


def unpack_leaves(packed):
    """Each leaf after its length as two bytes, big-endian."""
    leaves, at = [], 0
    while at < len(packed):
        size = int.from_bytes(packed[at:at + 2], "big")
        leaves.append(packed[at + 2:at + 2 + size])
        at += 2 + size
    assert at == len(packed), "cut short"
    return leaves


def nodes_up_to(size):
    """Perfect subtrees of a log of `size` leaves: 2n - popcount(n)."""
    return 2 * size - bin(size).count("1")
