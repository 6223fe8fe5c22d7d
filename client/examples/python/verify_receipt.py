#!/usr/bin/python3
"""Verifies receipts of Gatepost nodes, sharing no code with them (RFC 9162, C2SP tlog-proof).

usage: gatepost --output json status REF | verify_receipt.py VKEY [VKEY...]
Exit 0: every {"leaf", "proof"} in the JSON verifies under a given log (C2SP vkey). Else 5.
"""
import base64
import hashlib
import json
import sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def sha256(data):
    return hashlib.sha256(data).digest()

def root_of(leaf, index, size, path):
    """The root that the path leads to; None when the path does not fit (RFC 9162, 2.1.3.2)."""
    fn, sn, node, fits = index, size - 1, sha256(b"\0" + leaf), index < size
    for step in path:
        fits = fits and sn > 0
        from_left = fn & 1 or fn == sn
        node = sha256(b"\1" + (step + node if from_left else node + step))
        while from_left and fn and not fn & 1:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return node if fits and sn == 0 else None

def check(leaf, proof, vkeys):
    """Says what was verified; ValueError or InvalidSignature when it does not verify."""
    head, body, signatures = proof.split("\n\n")
    kind, index, *path = [line for line in head.split("\n") if not line.startswith("extra ")]
    origin, size, root = body.split("\n")[:3]
    index, path = int(index.removeprefix("index ")), [base64.b64decode(step) for step in path]
    if kind != "c2sp.org/tlog-proof@v1" or \
            root_of(leaf, index, int(size), path) != base64.b64decode(root):
        raise ValueError(f"leaf {index} is not in the tree of {origin}")
    for _, name, value in (line.split(" ") for line in signatures.splitlines()):
        raw = base64.b64decode(value)
        for key_name, _, key in (vkey.split("+", 2) for vkey in vkeys):
            key = base64.b64decode(key)
            wanted = (key_name, sha256(key_name.encode() + b"\n" + key)[:4], b"\1")  # Ed25519.
            if (name, raw[:4], key[:1]) == wanted and (origin + "/").startswith(name + "/"):
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], f"{body}\n".encode())
                return f"leaf {index} of {origin}, size {size}\n{leaf.decode()}"
    raise ValueError(f"no signature of the given logs on the head of {origin}")

def receipts(value):
    if isinstance(value, dict) and {"leaf", "proof"} <= value.keys():
        return [[base64.b64decode(value["leaf"]), base64.b64decode(value["proof"]).decode()]]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [receipt for part in parts for receipt in receipts(part)]

try:
    found = receipts(json.load(sys.stdin))
    for leaf, proof in found:
        print("verified:", check(leaf, proof, sys.argv[1:]))
    sys.exit(0 if found else print("no receipt in the input") or 5)
except (InvalidSignature, ValueError) as error:
    sys.exit(print("DOES NOT VERIFY:", error or type(error).__name__) or 5)
