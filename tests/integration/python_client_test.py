#!/usr/bin/python3
"""A client in another language, and evidence that stock tools can check.

The example of client/examples/python runs as its readers would run it; heads and envelopes are
verified by the openssl command alone.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import unittest

from support import calls, ledger, messages, places, poll, sandbox

LADDER_SECONDS = 20


def openssl(*arguments, check=True):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True,
                          timeout=30)
    if check and done.returncode != 0:
        raise AssertionError(f"openssl {arguments}: {done.stdout}{done.stderr}")
    return done


class PythonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("python")
        cls.enterClassContext(cls.sandbox)
        cls.folder = places.fresh_folder("python-files")

    def submit(self, *arguments, client="vn-service", check=True):
        """Runs the example as INTEGRATORS.md shows it."""
        done = subprocess.run(
            [sys.executable, places.EXAMPLES / "submit_report.py", "--stubs", places.STUBS,
             "--client-config", self.sandbox.config(client), *map(str, arguments)],
            capture_output=True, text=True, timeout=60)
        if check:
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def verify(self, document, *vkeys):
        """Runs the receipt script, which shares no code with us, on the JSON of an answer."""
        return subprocess.run([sys.executable, places.EXAMPLES / "verify_receipt.py", *vkeys],
                              input=document, capture_output=True, text=True, timeout=60)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_example_sends_a_report_and_prints_its_receipt(self):
        """One report through the example; what it prints names the node's own reference."""
        done = self.submit("--date", "2026-01-02", "--as-of", "2026-01-02T20:00:00+07:00",
                           "--scope", "LS-HN", "--waiting", 97, "--practice")
        reference = re.search(r"accepted as (LS/\d+/\d+), message ([0-9a-f-]{36})", done.stdout)
        self.assertTrue(reference, done.stdout)
        self.assertIn("gatepost-leaf/v1\nevent ACCEPTED\n", done.stdout)
        self.assertIn("c2sp.org/tlog-proof@v1\n", done.stdout)
        status = self.sandbox.gatepost("vn-clerk", "--output", "json", "status", reference[1],
                                       "--wait", "APPLIED")
        self.assertEqual(json.loads(status.stdout)["messageId"], reference[2])

    def test_refusal_is_printed_with_its_reason(self):
        """A scope that is not in the register: exit 1, the code, and what to do."""
        done = self.submit("--date", "2026-01-02", "--as-of", "2026-01-02T20:00:00+07:00",
                           "--scope", "LS-NOWHERE", "--waiting", 97, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("refused: UNKNOWN_GATE", done.stderr)
        for field in ("wanted", "came", "todo"):
            self.assertRegex(done.stderr, rf"  {field}: \S")

    def test_auditor_may_not_send(self):
        """An auditor has no signing key; his TLS certificate with a clerk's key: exit 4."""
        auditor = self.sandbox.clients["vn-auditor"]
        clerk = self.sandbox.clients["vn-clerk"]
        config = pathlib.Path(clerk["configFile"]).read_text()
        config = config.replace("vn-clerk/tls", "vn-auditor/tls")
        mixed = pathlib.Path(auditor["configFile"]).with_name("vn-mixed.textproto")
        mixed.write_text(config)
        done = subprocess.run(
            [sys.executable, places.EXAMPLES / "submit_report.py", "--stubs", places.STUBS,
             "--client-config", mixed, "--date", "2026-01-03", "--as-of",
             "2026-01-03T20:00:00+07:00", "--scope", "LS-HN", "--waiting", "97"],
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertIn("NOT_ALLOWED", done.stderr)

    def test_receipts_verify_without_our_code(self):
        """Both nodes' receipts of one message, by a script of its own; a changed one does not."""
        answer = self.submit("--date", "2026-01-04", "--as-of", "2026-01-04T20:00:00+07:00",
                             "--scope", "LS-HN", "--waiting", 12, "--json").stdout
        vn, cn = self.sandbox.vn, self.sandbox.cn
        done = self.verify(answer, vn.vkey)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"verified: leaf", done.stdout)
        self.assertNotEqual(self.verify(answer, cn.vkey).returncode, 0, "another log's key")

        ladder = self.sandbox.gatepost("vn-clerk", "--output", "json", "status",
                                       json.loads(answer)["shortReference"], "--wait", "APPLIED")
        done = self.verify(ladder.stdout, vn.vkey, cn.vkey)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("event ACCEPTED", done.stdout)
        self.assertIn("event DELIVERED", done.stdout)

        receipt = json.loads(answer)["receipt"]
        leaf = base64.b64decode(receipt["leaf"]).replace(b"event ACCEPTED", b"event DELIVERE")
        receipt["leaf"] = base64.b64encode(leaf).decode()
        done = self.verify(json.dumps({"receipt": receipt}), vn.vkey)
        self.assertEqual(done.returncode, 5)

    def test_resend_gets_the_first_answer(self):
        """One envelope twice, and once more with fresh signature bytes: three equal answers."""
        author = messages.Author(self.sandbox, "vn-clerk")
        request = author.request(author.report(datetime.datetime(2025, 5, 1, 20)))
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            first = caller.submit_bytes(request.SerializeToString())
            self.assertEqual(caller.submit_bytes(request.SerializeToString()), first)
            fresh = author.signed_afresh(request)
            self.assertEqual(caller.submit_bytes(fresh.SerializeToString()), first)

    def test_head_verifies_with_stock_openssl(self):
        """The signed head of each node: openssl pkeyutl over the note's text, and not over another."""
        author = messages.Author(self.sandbox, "vn-clerk")
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            caller.submit(author.request(author.report(datetime.datetime(2025, 5, 2, 20))))
        for node, client in ((self.sandbox.vn, "vn-clerk"), (self.sandbox.cn, "cn-clerk")):
            with calls.Caller.of(self.sandbox, client) as caller:
                checkpoint = poll.until("a first head", lambda: caller.get_node().checkpoint,
                                        LADDER_SECONDS)
            head = ledger.open_checkpoint(checkpoint, node.vkey)
            openssl("pkey", "-in", node.log_key, "-pubout", "-out", self.folder / "log.pem")
            signature = self.file("head.sig", head.signature)
            check = ("pkeyutl", "-verify", "-pubin", "-inkey", self.folder / "log.pem", "-rawin",
                     "-sigfile", signature, "-in")
            done = openssl(*check, self.file("head", head.body))
            self.assertIn("Signature Verified Successfully", done.stdout)
            other = self.file("other", head.body.replace(b"\n", b"0\n", 2))
            self.assertNotEqual(openssl(*check, other, check=False).returncode, 0)

    def test_stored_envelope_verifies_with_stock_openssl(self):
        """The envelope as the other side's node gives it out, by the chain that comes with it:
        openssl verifies the chain to the root, and the signature over the PAE, two ways."""
        author = messages.Author(self.sandbox, "vn-clerk")
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            sent = author.request(author.report(datetime.datetime(2025, 5, 3, 20)))
            message_id = caller.submit(sent).message_id
        with calls.Caller.of(self.sandbox, "cn-clerk") as caller:
            def held():
                try:
                    return caller.message(message_id)
                except calls.Refusal as refusal:
                    self.assertEqual(refusal.reason, "NOT_FOUND")
                    return None
            stored = poll.until("the message at the other node", held, LADDER_SECONDS)
        self.assertEqual(stored.message.envelope, sent.envelope, "kept verbatim")

        envelope, chain = stored.message.envelope, stored.chains[0].certificates
        self.assertEqual(envelope.signatures[0].certificate_sha256,
                         hashlib.sha256(chain[0]).digest())
        leaf = self.file("leaf.der", chain[0])
        openssl("x509", "-inform", "der", "-in", leaf, "-out", self.folder / "leaf.pem")
        openssl("verify", "-purpose", "any", "-CAfile", self.sandbox.vn.root,
                self.folder / "leaf.pem")
        key = self.file("signer.pem", openssl("x509", "-inform", "der", "-in", leaf, "-noout",
                                              "-pubkey").stdout.encode())
        pae = self.file("pae", messages.pae(envelope.payload_type, envelope.payload))
        signature = self.file("pae.sig", envelope.signatures[0].value)
        done = openssl("dgst", "-sha256", "-verify", key, "-signature", signature, pae)
        self.assertIn("Verified OK", done.stdout)
        done = openssl("pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-digest", "sha256",
                       "-in", pae, "-sigfile", signature)
        self.assertIn("Signature Verified Successfully", done.stdout)
        changed = self.file("changed", pae.read_bytes() + b"0")
        self.assertNotEqual(
            openssl("dgst", "-sha256", "-verify", key, "-signature", signature, changed,
                    check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
