#!/usr/bin/python3
"""Verifies receipts of Gatepost nodes, sharing no code with them: only Python and its cryptography.

usage: gatepost --output json status REF | verify_receipt.py VKEY [VKEY...]

Reads JSON, finds every {"leaf": base64, "proof": base64} in it, and checks each: the leaf's RFC 6962
hash leads along the proof's path to the root in the checkpoint (c2sp.org/tlog-proof@v1), and the
checkpoint carries the Ed25519 signature of the log whose vkey (C2SP signed note) was given.
Exit 0: all verify. Exit 5: one does not, or there was none.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(holds, why):
    if not holds:
        raise ValueError(why)


def sha256(data):
    return hashlib.sha256(data).digest()


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2: the root that the path leads to."""
    fn, sn, node = index, size - 1, sha256(b"\0" + leaf)
    need(index < size, "index beyond the tree")
    for step in path:
        need(sn > 0, "path too long")
        if fn & 1 or fn == sn:
            node = sha256(b"\1" + step + node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = sha256(b"\1" + node + step)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "path too short")
    return node


def check(leaf, proof, vkeys):
    head, checkpoint = proof.split("\n\n", 1)
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
    lines = [line for line in lines[1:] if not line.startswith("extra ")]
    index = int(lines[0].removeprefix("index "))
    body, signatures = checkpoint.rsplit("\n\n", 1)
    origin, size, root = body.split("\n")[:3]
    path = [base64.b64decode(line, validate=True) for line in lines[1:]]
    need(root_of(leaf, index, int(size), path) == base64.b64decode(root), "not in this tree")
    for line in signatures.splitlines():
        _, name, value = line.split(" ")
        raw = base64.b64decode(value)
        for vkey in vkeys:
            key_name, key_id, key = vkey.split("+", 2)
            key = base64.b64decode(key)
            key_hash = sha256(key_name.encode() + b"\n" + key)[:4]
            if name == key_name and raw[:4] == key_hash == bytes.fromhex(key_id) and key[:1] == b"\1":
                need(origin == name or origin.startswith(name + "/"), "head of another log")
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], (body + "\n").encode())
                return f"leaf {index} of {origin}, size {size}"
    raise ValueError(f"no signature of the given logs on a head of {origin}")


def receipts(value):
    if isinstance(value, dict) and "leaf" in value and "proof" in value:
        yield base64.b64decode(value["leaf"]), base64.b64decode(value["proof"]).decode()
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from receipts(part)


def main():
    found = list(receipts(json.load(sys.stdin)))
    try:
        for leaf, proof in found:
            print("verified:", check(leaf, proof, sys.argv[1:]))
            print("".join("    " + line + "\n" for line in leaf.decode().splitlines()), end="")
    except (InvalidSignature, ValueError) as error:
        print("DOES NOT VERIFY:", error or type(error).__name__)
        return 5
    return 0 if found else print("no receipt in the input") or 5


if __name__ == "__main__":
    sys.exit(main())
