#!/usr/bin/python3
"""What auditors do with two real nodes: list, show, prove, verify, compare; proofs are checked by
stock tools and by a second implementation."""

import base64
import csv
import io
import json
import pathlib
import subprocess
import unittest

from support import ledger, merkle, poll, sandbox

ACROSS_SECONDS = 20
DOES_NOT_VERIFY = 5


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("audit")
        cls.enterClassContext(cls.box)
        cls.report = cls.sent("vn-clerk", "yard", "send", "--date", "2023-08-01", "--figure",
                              "LS-HN/waiting=5")
        cls.closure = cls.sent("vn-clerk", "notice", "closed", "--gate", "LS-CM", "--from",
                               "2027-02-15H", "--until", "2027-02-16H", "--reason", "holiday")
        cls.back = cls.sent("cn-clerk", "yard", "send", "--date", "2023-08-01", "--figure",
                            "LS-HN/waiting=7")

    @classmethod
    def sent(cls, client, *arguments):
        """Sends a message and waits until it was applied; its short reference."""
        done = cls.box.gatepost(client, "--output", "json", *arguments)
        reference = json.loads(done.stdout.splitlines()[-1])["shortReference"]
        cls.box.gatepost(client, "status", reference, "--wait", "APPLIED", "--timeout",
                         ACROSS_SECONDS)
        return reference

    def audit(self, *arguments, client="vn-auditor", **options):
        return self.box.gatepost(client, "audit", *arguments, **options)

    def entries(self, *filters, client="vn-auditor"):
        done = self.audit("--output", "csv", "list", *filters, client=client)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def answer(self, *arguments, code=0, client="vn-auditor"):
        """The last line of JSON that a command prints."""
        done = self.audit("--output", "json", *arguments, client=client, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def folder(self, name):
        return self.box.dir.parent / name

    def test_entries_are_listed_by_what_they_are_about(self):
        about = [(row["event"], row["reference"]) for row in self.entries("--gate", "LS-CM")]
        self.assertEqual(about, [("RECEIPT", self.closure), ("ACCEPTED", self.closure)])
        self.assertEqual({row["reference"] for row in self.entries("--family", "report")},
                         {self.report, *(row["reference"] for row in self.entries(
                             "--event", "delivered"))})
        first = self.entries("--missing-ack")
        self.assertEqual([row["reference"] for row in first], [self.closure])
        self.assertEqual(first[0]["acknowledged"], "false")
        self.assertEqual(self.entries("--lead-below", "60"), [], "it was known long before")
        self.assertEqual([row["reference"] for row in self.entries("--lead-below", "9000 days")],
                         [self.closure])
        self.assertEqual(self.entries("--logged-before", "2020-01-01H"), [])
        self.assertEqual({row["reference"] for row in self.entries("--from", "2027-02-16")},
                         {self.closure})
        self.assertTrue(all(row["actor"].endswith("/clerk/desk-1")
                            for row in self.entries("--post", "clerk/desk-1")))
        self.assertEqual(len(self.entries("--limit", "3")), 3)
        self.assertEqual([int(row["index"]) for row in self.entries("--all")][-1], 0)

    def test_a_message_is_shown_with_both_logs_and_its_cosignatures(self):
        def rows():
            done = self.audit("--output", "csv", "show", self.report)
            return list(csv.DictReader(io.StringIO(done.stdout)))

        own = poll.until("a cosigned head above it",
                         lambda: [row for row in rows() if row["log"] == "vn-langson"
                                  and row["cosigned_by"] == "cn-pingxiang"], ACROSS_SECONDS)
        self.assertEqual([row["event"] for row in own], ["ACCEPTED", "RECEIPT"])
        self.assertIn(("cn-pingxiang", "DELIVERED"),
                      [(row["log"], row["event"]) for row in rows()])
        text = self.audit("show", self.report).stdout
        self.assertIn("PRACTICE", text)
        self.assertIn("clerk desk-1", text)
        verdict = self.answer("show", self.report)
        self.assertEqual((verdict["answer"], verdict["practice"]), ("VALID", True), verdict)

    def test_proofs_hold_for_stock_tools_and_for_another_implementation(self):
        out = self.folder("proofs")
        self.audit("prove", self.report, "--out", out)
        scripts = sorted(out.glob("*.check.sh"))
        self.assertEqual({path.name.rsplit("-", 1)[0] for path in scripts},
                         {"vn-langson", "cn-pingxiang"}, "entries of both logs")
        for script in scripts:
            leaf = pathlib.Path(str(script).replace(".check.sh", ".leaf"))
            proof = leaf.with_suffix(".tlog-proof")
            merkle.check_inclusion(leaf.read_bytes(), proof.read_text())
            said = subprocess.run(["bash", script], capture_output=True, text=True, timeout=30)
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
            self.assertIn("Signature Verified Successfully", said.stdout)
            good = leaf.read_bytes()
            leaf.write_bytes(good.replace(b"result APPLIED", b"result CARRIED"))
            self.assertNotEqual(good, leaf.read_bytes())
            with self.assertRaises(AssertionError):
                merkle.check_inclusion(leaf.read_bytes(), proof.read_text())
            bad = subprocess.run(["bash", script], capture_output=True, text=True, timeout=30)
            self.assertNotEqual(bad.returncode, 0, bad.stdout)

    def test_one_size_continues_another(self):
        done = self.answer("prove", "--consistency", "3", "9")
        old, new = (merkle.read_head(base64.b64decode(done[name]).decode())
                    for name in ("oldHead", "newHead"))
        self.assertEqual((old.size, new.size), (3, 9))
        proof = [base64.b64decode(value) for value in done["consistency"]]
        merkle.check_consistency(old, new, proof)
        with self.assertRaises(AssertionError):
            merkle.check_consistency(old, new, proof[:-1] + [bytes(32)])

    def test_the_whole_log_verifies_and_its_root_is_that_of_its_leaves(self):
        for client, node in (("vn-auditor", self.box.vn), ("cn-auditor", self.box.cn)):
            verdict = self.answer("verify", client=client)
            self.assertTrue(verdict["verifies"], verdict)
            store = ledger.Store(node.database)
            root = ledger.tree_root(store.leaf_bytes[:int(verdict["size"])])
            self.assertEqual(base64.b64encode(root).decode(), verdict["root"])

    def test_both_nodes_hold_the_same_until_one_says_otherwise(self):
        vn, cn = self.folder("vn.json"), self.folder("cn.json")
        self.audit("compare", "--save", vn)
        self.audit("compare", "--save", cn, client="cn-auditor")
        self.assertTrue(self.answer("compare", "--with", vn, client="cn-auditor")["equal"])
        same = self.answer("compare", "--with", cn)
        self.assertTrue(same["equal"], same)
        self.assertIn({"log": "vn-langson", "peer": "cn-pingxiang", "upto": "2",
                       "heldBy": ["cn-pingxiang", "vn-langson"]}, same["same"])

        saved = json.loads(cn.read_text())
        link = saved["links"][0]
        place = next(one for one in link["last"] if one["fromNode"] == "vn-langson")
        place["sequence"] = "3"
        cn.write_text(json.dumps(saved))
        found = self.answer("compare", "--with", cn, code=DOES_NOT_VERIFY)["differences"]
        self.assertEqual([(one["difference"], one["first"], one["last"]) for one in found],
                         [("UNKNOWN_TO_SENDER", "3", "3")])

        place["sequence"] = "2"
        for point in [place] + [one for one in saved["points"]
                                if one["fromNode"] == "vn-langson" and one["sequence"] == "2"]:
            point["runningSha256"] = base64.b64encode(bytes(32)).decode()
        cn.write_text(json.dumps(saved))
        found = self.answer("compare", "--with", cn, code=DOES_NOT_VERIFY)["differences"]
        self.assertEqual([(one["difference"], one["first"], one["last"]) for one in found],
                         [("OTHER_MESSAGES", "2", "2")], "located by the saved places")

    def test_what_auditors_read_is_logged(self):
        def reads(event):
            return [leaf for leaf in ledger.Store(self.box.vn.database).events(event)
                    if leaf["actor"].endswith("/auditor/desk-1")]

        before, exported = len(reads("AUDIT_READ")), len(reads("EXPORTED"))
        self.audit("show", self.closure)
        self.assertEqual(len(reads("AUDIT_READ")), before + 1)
        self.audit("prove", self.closure, "--out", self.folder("exported"))
        self.assertEqual(len(reads("EXPORTED")), exported + 1)

    def test_who_is_no_auditor_is_refused(self):
        done = self.box.gatepost("vn-clerk", "audit", "list", check=False)
        self.assertEqual(done.returncode, 4, done.stderr)


if __name__ == "__main__":
    unittest.main()
