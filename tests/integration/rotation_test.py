#!/usr/bin/python3
"""Log, witness and signing keys of both sides, exchanged twenty times while messages cross: each is
announced by an authority, receipted by the peer and then signs, and no message is lost, doubled or
refused. What a key signed before verifies after it, also for auditors.
"""

import json
import pathlib
import subprocess
import threading
import unittest
import zipfile

from support import calls, issuer, ledger, messages, places, poll, sandbox
from gatepost.v1 import authority_service_pb2, authority_service_pb2_grpc

ROUNDS = 20
TAKE_SECONDS = 20
USES = ("log", "witness")
DOES_NOT_VERIFY = 5
ANNOUNCEMENTS = "announcements-*.zip"  # Of an archive.
WITNESSED = ("PEER", "ALL")  # The head of a receipt is not always the one that is cosigned later.


class Load:
    """A clerk of one side who sends line checks, one after the other, each signed afresh."""

    def __init__(self, of, client):
        self.sandbox, self.client = of, client
        self.author = messages.Author(of, client)
        self.lock = threading.Lock()
        self.sent, self.failed = [], []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        with calls.Caller.of(self.sandbox, self.client) as caller:
            while not self.stopping.is_set():
                with self.lock:
                    request = self.author.request(self.author.ping())
                try:
                    self.sent.append(caller.submit(request).message_id)
                except calls.Refusal as refusal:
                    self.failed.append(refusal)
                poll.pause(0.02)

    def take(self, pair):
        """From now on he signs with that certificate."""
        with self.lock:
            self.author.take(*pair)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.stopping.set()
        self.thread.join()


class Rotation(unittest.TestCase):
    def setUp(self):
        self.sandbox = sandbox.Sandbox("rotation")
        self.enterContext(self.sandbox)
        self.folder = places.fresh_folder("rotation-files")
        self.sides = {"vn": self.sandbox.vn, "cn": self.sandbox.cn}
        self.officers = {side: self.enterContext(calls.Caller.of(self.sandbox, f"{side}-officer"))
                         for side in self.sides}
        poll.until("the link", lambda: all(
            officer.link_state().connected for officer in self.officers.values()), 20)

    def keys(self, side):
        stub = authority_service_pb2_grpc.AuthorityServiceStub(self.officers[side].channel)
        return stub.ListKeys(authority_service_pb2.ListKeysRequest(), timeout=10).keys

    def signing(self, side, use):
        """The vkey with which a node's log or witness signs now."""
        number = {"log": 1, "witness": 2}[use]
        return [key.key for key in self.keys(side) if key.signs_now and key.use == number][0]

    def new_key(self, side, use):
        made = subprocess.run([str(places.GATEPOSTD), "--config", self.sides[side].config,
                               "--new-key", use], capture_output=True, text=True, check=True,
                              timeout=30)
        return made.stdout.strip()

    def exchange(self):
        """Every log and witness key of both sides, one after the other."""
        for side in self.sides:
            for use in USES:
                key = self.new_key(side, use)
                poll.until("the node holds the key", lambda k=key, s=side: any(
                    one.key == k for one in self.keys(s)), TAKE_SECONDS)
                self.announce(side, use)
                poll.until(f"{side} {use}", lambda k=key, s=side, u=use: self.signing(s, u) == k,
                           TAKE_SECONDS)

    def report(self, day):
        """A report that was applied; its message id, by which both nodes know it."""
        done = self.sandbox.gatepost("vn-clerk", "--output", "json", "yard", "send", "--date", day,
                                     "--figure", "LS-HN/waiting=5")
        message_id = json.loads(done.stdout.splitlines()[-1])["messageId"]
        self.sandbox.gatepost("vn-clerk", "status", message_id, "--wait", "APPLIED", "--timeout",
                              TAKE_SECONDS)
        return message_id

    def listed(self, side):
        """What `link keys` tells of the logs and witnesses: {(subject, use): keys, oldest first}"""
        done = self.sandbox.gatepost(f"{side}-officer", "--output", "json", "link", "keys")
        listed = {}
        for key in json.loads(done.stdout)["keys"]:
            listed.setdefault((key["subject"], key["use"]), []).append(key)
        return {which: keys for which, keys in listed.items() if keys[0]["by"] == "AGREED"}

    def announce(self, side, use, *flags):
        return self.sandbox.gatepost(f"{side}-officer", "link", "announce", use, "--yes", *flags)

    def leaves(self, side):
        return ledger.Store(self.sides[side].database).leaves

    def test_twenty_exchanges_of_every_key_under_load(self):
        roots = {side: issuer.Issuer.of(node) for side, node in self.sides.items()}
        with Load(self.sandbox, "vn-clerk") as vn, Load(self.sandbox, "cn-clerk") as cn:
            for number in range(ROUNDS):
                made = {}
                for side, load in (("vn", vn), ("cn", cn)):
                    for use in USES:
                        made[side, use] = self.new_key(side, use)
                    load.take(roots[side].issue(self.folder, f"{side}-{number}",
                                                load.author.spiffe_id, signing=True))
                for side, use in made:
                    poll.until("the node holds the key", lambda s=side, u=use: any(
                        key.key == made[s, u] for key in self.keys(s)), TAKE_SECONDS)
                    self.assertNotEqual(self.signing(side, use), made[side, use])
                    self.announce(side, use, "--key", made[side, use])
                for side, use in made:
                    poll.until(f"{side} {use} {number}", lambda s=side, u=use: self.signing(
                        s, u) == made[s, u], TAKE_SECONDS)
        for here, load, there in (("vn", vn, "cn"), ("cn", cn, "vn")):
            self.assertEqual(load.failed, [])
            self.assertGreaterEqual(len(load.sent), ROUNDS)
            self.assertEqual(len(load.sent), len(set(load.sent)))
            wanted = {f"message:{name}" for name in load.sent}

            def arrived(there=there, wanted=wanted):
                return [leaf["object"] for leaf in self.leaves(there)
                        if leaf["event"] == "DELIVERED" and leaf["result"] == "APPLIED"
                        and leaf["object"] in wanted]

            poll.until("all arrived", lambda: set(arrived()) == wanted, TAKE_SECONDS)
            self.assertEqual(len(arrived()), len(wanted), "delivered twice")
            exchanged = [leaf["object"] for leaf in self.leaves(here)
                         if leaf["event"] == "KEY" and leaf["result"] == "EXCHANGED"]
            self.assertEqual({use: exchanged.count(f"key:{use}") for use in USES},
                             {use: ROUNDS for use in USES})
            self.assertEqual([leaf for leaf in self.leaves(here) if leaf["event"] == "ALARM"
                              and leaf["object"].startswith(("key:", "link:"))], [])

    def test_what_was_signed_before_verifies_after_and_a_stray_file_changes_nothing(self):
        author = messages.Author(self.sandbox, "vn-clerk")
        clerk = self.enterContext(calls.Caller.of(self.sandbox, "vn-clerk"))
        request = author.request(author.ping())
        first = clerk.submit(request)
        before = self.signing("vn", "log")
        key = self.new_key("vn", "log")
        poll.until("the node holds the key", lambda: any(
            one.key == key and one.by == "HELD" for one in self.keys("vn")), TAKE_SECONDS)
        self.announce("vn", "log")
        poll.until("the exchange", lambda: self.signing("vn", "log") == key, TAKE_SECONDS)
        again = clerk.submit(request)
        self.assertEqual(again.receipt.SerializeToString(), first.receipt.SerializeToString())
        listed = json.loads(self.sandbox.gatepost("cn-officer", "--output", "json", "link",
                                                  "keys").stdout)["keys"]
        theirs = [one["key"] for one in listed if one["use"] == "KEY_USE_LOG"
                  and one["subject"] == self.sides["vn"].spiffe_id]
        self.assertEqual(theirs, [before, key])
        # A file without the key that signs is refused, and that key signs on.
        path = pathlib.Path(self.sides["vn"].log_key)
        kept = path.read_bytes()
        other = self.folder / "other.key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(other)],
                       check=True, timeout=30)
        path.write_bytes(other.read_bytes())
        poll.until("the alarm", lambda: any(
            leaf["event"] == "ALARM" and leaf["object"] == "key:log"
            and leaf["result"] == "RELOAD_REFUSED" for leaf in self.leaves("vn")), TAKE_SECONDS)
        self.assertEqual(self.signing("vn", "log"), key)
        clerk.submit(author.request(author.ping()))
        path.write_bytes(kept)
        poll.until("its end", lambda: [leaf["result"] for leaf in self.leaves("vn")
                                       if leaf["event"] == "ALARM"
                                       and leaf["object"] == "key:log"][-1] == "CLEARED",
                   60)

    def test_auditors_verify_what_was_before_between_and_after_exchanges(self):
        message_ids = [self.report("2023-08-01")]
        for day in ("2023-08-02", "2023-08-03"):
            self.exchange()
            message_ids.append(self.report(day))
        self.link_keys_shows_them()
        archives = {}
        for side, node in self.sides.items():
            verdict = self.audit(side, "verify")
            self.assertTrue(verdict["verifies"], verdict)
            archives[side] = self.folder / f"archive-{node.name}"
            self.assertTrue(self.audit(side, "archive", "--out", archives[side])["verifies"])
        bundles = [self.exported(side, message_id) for side in self.sides
                   for message_id in message_ids]
        agreed, renewed = self.agreement(), self.renewed_agreement()
        self.sandbox.down()
        # From here on there is no node.
        for bundle in bundles:
            for believed in ([agreed], [agreed, renewed]):
                verdict = self.offline(believed, bundle, "--practice")
                self.assertEqual(verdict["answer"], "VALID", verdict)
                self.assertIn(verdict["satisfies"], WITNESSED, verdict)
            self.assertLessEqual({f"keys/{node.name}-{use}-3.pem" for node in self.sides.values()
                                  for use in USES}, set(zipfile.ZipFile(bundle).namelist()))
        roots = [flag for node in self.sides.values() for flag in ("--root", node.root)]
        for side, node in self.sides.items():
            store, archive = ("--store", node.database.parent), ("--archive", archives[side])
            for believed in ([agreed], [renewed], [agreed, renewed]):
                verdict = self.offline(believed, *store, *roots)
                self.assertEqual(verdict["answer"], "VALID")
                self.assertGreater(int(verdict["counts"][0]["envelopesVerified"]), 0, verdict)
                self.assertTrue(self.offline(believed, *archive)["verifies"])
            # By the announcements: a store's count with the roots, an archive's are files of it.
            for said in archives[side].glob(ANNOUNCEMENTS):
                said.unlink()
            for files in (store, archive):
                done = self.verify([agreed], *files)
                self.assertEqual(done.returncode, DOES_NOT_VERIFY, done.stdout + done.stderr)
                self.assertIn("of unknown keys", done.stdout + done.stderr)

    def agreement(self):
        return self.sandbox.dir / "link-agreement.textproto"

    def renewed_agreement(self):
        """As both sides would write it anew now, with the keys that sign now."""
        text = self.agreement().read_text()
        for keys in self.listed("vn").values():
            self.assertEqual(text.count(keys[0]["key"]), 1)
            text = text.replace(keys[0]["key"], keys[-1]["key"])
        renewed = self.folder / "renewed-agreement.textproto"
        renewed.write_text(text)
        return renewed

    def link_keys_shows_them(self):
        """Each side's own and the other's: the agreed one, then those that were announced."""
        for side in self.sides:
            listed = self.listed(side)
            self.assertEqual(len(listed), 4)
            for (subject, use), keys in listed.items():
                self.assertEqual([key["by"] for key in keys],
                                 ["AGREED", "ANNOUNCED", "ANNOUNCED"], (side, subject, use))
                of = next(one for one, node in self.sides.items() if node.spiffe_id == subject)
                self.assertEqual(keys[-1]["key"], self.signing(
                    of, {"KEY_USE_LOG": "log", "KEY_USE_WITNESS": "witness"}[use]))
                # A node knows of itself alone what signs now.
                self.assertEqual([key.get("signsNow", False) for key in keys],
                                 [False, False, of == side], (side, subject, use))

    def audit(self, side, *arguments):
        done = self.sandbox.gatepost(f"{side}-auditor", "--output", "json", "audit", *arguments)
        return json.loads(done.stdout.splitlines()[-1])

    def exported(self, side, message_id):
        """A message's evidence, once both nodes stand behind its entries."""
        bundle = self.folder / f"{side}-{message_id}.zip"

        def cosigned():
            self.audit(side, "export", message_id, "--out", bundle)
            return self.offline([self.agreement()], bundle, "--practice")["satisfies"] in WITNESSED
        poll.until("cosignatures", cosigned, TAKE_SECONDS, pace=0.5)
        return bundle

    def verify(self, agreements, *arguments):
        """audit verify by somebody without a client config, who has these link agreements."""
        named = [flag for one in agreements for flag in ("--agreement", one)]
        return sandbox.run("--output", "json", "audit", "verify", *arguments, *named, check=False,
                           env={"XDG_CONFIG_HOME": str(self.folder), "GATEPOST_CONFIG": ""})

    def offline(self, agreements, *arguments):
        """What that says; it must hold."""
        done = self.verify(agreements, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
