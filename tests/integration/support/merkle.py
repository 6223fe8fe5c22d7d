"""Merkle proofs checked by the recursive definitions of RFC 6962, 2.1, and nothing of ours.

Reads C2SP tlog-proofs and checkpoints. A check that does not hold is an AssertionError.
"""

import base64
import collections
import hashlib

Proof = collections.namedtuple("Proof", "index path head")
Head = collections.namedtuple("Head", "origin size root")


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def read_head(note):
    origin, size, root = note.split("\n\n")[0].split("\n")[:3]
    return Head(origin, int(size), base64.b64decode(root, validate=True))


def read_proof(text):
    lines, head = text.split("\n\n", 1)
    first, *lines = lines.split("\n")
    assert first == "c2sp.org/tlog-proof@v1", first
    assert lines[0].startswith("index "), lines[0]
    return Proof(int(lines[0].split(" ")[1]),
                 [base64.b64decode(line, validate=True) for line in lines[1:]], read_head(head))


def root_by_path(leaf, index, size, path):
    """The root of the tree in which this leaf has this path (its last hash is the topmost)."""
    assert 0 <= index < size
    if size == 1:
        assert not path, "a path that is too long"
        return leaf
    assert path, "a path that is too short"
    left = split(size)
    if index < left:
        return node_hash(root_by_path(leaf, index, left, path[:-1]), path[-1])
    return node_hash(path[-1], root_by_path(leaf, index - left, size - left, path[:-1]))


def check_inclusion(leaf, text):
    """The proof's head, once it is shown to hold the leaf."""
    proof = read_proof(text)
    root = root_by_path(leaf_hash(leaf), proof.index, proof.head.size, proof.path)
    assert root == proof.head.root, "another root"
    return proof


def roots_by_proof(old, size, proof, old_root, whole=True):
    """Both roots that a consistency proof leads to (RFC 6962, 2.1.2: SUBPROOF)."""
    if old == size:
        assert len(proof) == (0 if whole else 1), "a proof of another length"
        return (old_root, old_root) if whole else (proof[0], proof[0])
    assert proof, "a proof that is too short"
    left = split(size)
    if old <= left:
        before, after = roots_by_proof(old, left, proof[:-1], old_root, whole)
        return before, node_hash(after, proof[-1])
    before, after = roots_by_proof(old - left, size - left, proof[:-1], old_root, False)
    return node_hash(proof[-1], before), node_hash(proof[-1], after)


def check_consistency(old, new, proof):
    assert roots_by_proof(old.size, new.size, proof, old.root) == (old.root, new.root)


def root(inputs):
    """The root of the tree over these leaf inputs, one or more (2.1.1)."""
    if len(inputs) == 1:
        return leaf_hash(inputs[0])
    left = split(len(inputs))
    return node_hash(root(inputs[:left]), root(inputs[left:]))


def path(inputs, index):
    """The inclusion path of one of them, leaf to root (2.1.3)."""
    if len(inputs) == 1:
        return []
    left = split(len(inputs))
    if index < left:
        return path(inputs[:left], index) + [root(inputs[left:])]
    return path(inputs[left:], index - left) + [root(inputs[:left])]
