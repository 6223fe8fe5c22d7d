#!/usr/bin/python3
"""What client/INTEGRATORS.md and the Python examples promise, checked without any of our C++."""

import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import unittest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
PAGE = (ROOT / "client/INTEGRATORS.md").read_text()
TYPE = b"application/vnd.gatepost.message.v1+protobuf"

# C2SP's own example of a proof: leaf 5 of the eight leaves of the certificate transparency tests,
# with the keys of RFC 8032, TEST 1 and TEST 2.
VKEY = "a.example/audit+f3dd2733+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
PROOF = """c2sp.org/tlog-proof@v1
index 5
vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

a.example/audit
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

\u2014 a.example/audit 890nM0DdUcqH1XmXsgWxNRvC2sb/a9a5zy6We3hALrai0c2NVBCtt4FM5C51FUW3+oLeDTTk9ytaUVFVFxD2v09ltA4=
\u2014 b.example/witness Z1b/DwAAAABlU/EADy+Ol8cB0BLXgtxQpY4WyFwxZLlvmMnV5J9PXCOQXAlyKirhfz6m5e191JsZ1IpesG8Eil9IyjGHtLA2oMl/Ag==
"""


def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def block(label):
    """The base64 after the last such label of the page's test vectors, its lines joined."""
    found = re.findall(rf"^ *{label} +([A-Za-z0-9+/=]+(?:\n {{11}}[A-Za-z0-9+/=]+)*)$", PAGE, re.M)
    return base64.b64decode(re.sub(r"\s", "", found[-1]))


def verify(leaf, proof, *vkeys):
    receipt = {"receipts": [{"leaf": base64.b64encode(leaf).decode(),
                             "proof": base64.b64encode(proof.encode()).decode()}]}
    done = subprocess.run(
        [sys.executable, ROOT / "client/examples/python/verify_receipt.py", *vkeys],
        input=json.dumps(receipt), capture_output=True, text=True)
    return done.returncode


class IntegratorsPage(unittest.TestCase):
    def test_the_reason_table_is_current(self):
        subprocess.run([sys.executable, ROOT / "client/reason_table.py", "--check"], check=True)

    def test_the_hello_vector_holds(self):
        body = pae(b"http://example.com/HelloWorld", b"hello world")
        self.assertIn(body.decode(), PAGE)
        self.assertIn(hashlib.sha256(body).hexdigest(), PAGE)

    def test_the_signed_vectors_hold(self):
        signed = pae(TYPE, block("payload"))
        self.assertIn(f"{len(signed)} bytes, SHA-256 {hashlib.sha256(signed).hexdigest()}", PAGE)
        public = re.search(r"public +([0-9a-f]{64})$", PAGE, re.M)[1]
        values = [base64.b64decode(value) for value in re.findall(r"value +(\S+=)$", PAGE, re.M)]
        ed_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        ed_key.verify(values[0], signed)
        with self.assertRaises(InvalidSignature):
            ed_key.verify(values[0], signed + b"x")
        ec_key = serialization.load_der_public_key(block("public"))
        ec_key.verify(values[1], signed, ec.ECDSA(hashes.SHA256()))
        line = (f"{hashlib.sha256(b'certificate one').hexdigest()} ed25519 "
                f"{base64.b64encode(values[0]).decode()}\n")
        self.assertIn(hashlib.sha256(line.encode()).hexdigest(), PAGE)


class VerifyReceipt(unittest.TestCase):
    def test_a_good_receipt_verifies(self):
        self.assertEqual(verify(b"@ABC", PROOF, VKEY), 0)

    def test_every_altered_part_is_found(self):
        self.assertEqual(verify(b"@ABD", PROOF, VKEY), 5)
        for was, now in (("index 5", "index 4"), ("index 5", "index 9"), ("\n8\n", "\n9\n"),
                         ("vBoG", "vBoH"), ("890n", "891n"), ("a.example/audit\n8", "b.x/audit\n8")):
            self.assertEqual(verify(b"@ABC", PROOF.replace(was, now, 1), VKEY), 5, (was, now))
        lines = PROOF.split("\n")
        self.assertEqual(verify(b"@ABC", "\n".join(lines[:4] + lines[5:]), VKEY), 5)

    def test_another_key_or_none_does_not_do(self):
        other = "a.example/audit+f3dd2733+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
        self.assertEqual(verify(b"@ABC", PROOF, other), 5)
        self.assertEqual(verify(b"@ABC", PROOF), 5)

    def test_nothing_to_verify_is_no_success(self):
        done = subprocess.run(
            [sys.executable, ROOT / "client/examples/python/verify_receipt.py", VKEY],
            input="{}", capture_output=True, text=True)
        self.assertEqual(done.returncode, 5)


if __name__ == "__main__":
    unittest.main()
