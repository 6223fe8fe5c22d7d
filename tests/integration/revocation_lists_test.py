#!/usr/bin/python3
"""Revocation lists of two domains and a deny list while a node runs and when it starts again: a bad
file of one is refused by itself, and nobody takes a revocation back with an older list.
"""

import datetime
import hashlib
import unittest

from support import calls, ledger, messages, places, poll, revocation_lists, sandbox
from support.files import NOBODY, replace
from gatepost.v1 import reason_pb2

TAKE_SECONDS = 15
UP_SECONDS = 40  # The dialling side may have backed off for 30.
HOUR = datetime.timedelta(hours=1)


class RevocationLists(unittest.TestCase):
    def setUp(self):
        self.sandbox = sandbox.Sandbox("revocation-lists")
        self.enterContext(self.sandbox)
        self.vn, self.cn = self.sandbox.vn, self.sandbox.cn
        self.folder = places.fresh_folder("revocation-lists-files")
        self.deny = self.folder / "deny.textproto"
        self.files = {node.name: self.folder / f"{node.name}.crl" for node in (self.vn, self.cn)}
        replace(self.deny, NOBODY)
        for node in (self.vn, self.cn):
            self.put(node, age=5 * HOUR)
            revocation_lists.name_in_config(self.vn, node, self.files[node.name])
        with open(self.vn.config, "a", encoding="utf-8") as config:
            config.write(f'\ndeny_list_file: "{self.deny}"\n')
        self.sandbox.take_over()
        self.vn.until_it_listens()
        poll.until("the clerk", lambda: self.comes_in("vn-clerk"), TAKE_SECONDS)

    def put(self, node, *revoked, **how):
        replace(self.files[node.name], revocation_lists.make(
            node, [self.sandbox.clients[name]["tlsCertificateFile"] for name in revoked], **how))

    def comes_in(self, client):
        with calls.Caller.of(self.sandbox, client) as caller:
            try:
                return caller.get_node()
            except calls.Refusal:
                return None

    def alarms(self, about):
        return [leaf["result"] for leaf in ledger.Store(self.vn.database).leaves
                if leaf["event"] == "ALARM" and leaf["object"] == about]

    def loaded(self, about):
        return [leaf["detail"] for leaf in ledger.Store(self.vn.database).leaves
                if leaf["object"] == about and leaf["result"] == "LOADED"]

    def digest_of(self, node):
        return f"sha256:{hashlib.sha256(self.files[node.name].read_bytes()).hexdigest()}"

    def lists_of(self, node):
        return f"revocations:{revocation_lists.domain_of(node)}"

    def until_alarm(self, about, result, times=1):
        poll.until(f"{result} {about}", lambda: self.alarms(about)[-1:] == [result]
                   and self.alarms(about).count(result) == times, TAKE_SECONDS)

    def until_out(self, client):
        poll.until(f"{client} is out", lambda: self.comes_in(client) is None, TAKE_SECONDS)

    def until_in(self, client):
        poll.until(f"{client} is in", lambda: self.comes_in(client), TAKE_SECONDS)

    def test_a_bad_list_of_one_domain_keeps_neither_the_deny_list_nor_the_others_back(self):
        replace(self.files[self.cn.name], "no list\n")
        self.until_alarm(self.lists_of(self.cn), "RELOAD_REFUSED")
        officer = self.sandbox.clients["vn-officer"]["spiffeId"]
        replace(self.deny, f'denied {{ spiffe_id: "{officer}" reason: "lost its card" }}\n')
        self.until_out("vn-officer")
        self.put(self.vn, "vn-service", age=4 * HOUR)
        self.until_out("vn-service")
        self.assertTrue(self.comes_in("vn-clerk"))
        # And the other way round.
        replace(self.deny, "denied { }\n")
        self.until_alarm("trust:deny-list", "RELOAD_REFUSED")
        self.put(self.cn, age=4 * HOUR)
        self.until_alarm(self.lists_of(self.cn), "CLEARED")
        self.assertIsNone(self.comes_in("vn-officer"))
        self.assertEqual(self.alarms(self.lists_of(self.vn)), [])

    def test_an_older_list_is_refused_while_the_node_runs_and_at_its_start(self):
        self.put(self.vn, "vn-officer", age=3 * HOUR)
        self.until_out("vn-officer")
        self.put(self.vn, age=4 * HOUR)
        self.until_alarm(self.lists_of(self.vn), "RELOAD_REFUSED")
        self.assertIsNone(self.comes_in("vn-officer"))
        self.assertTrue(self.comes_in("vn-clerk"))

        # It starts, and by that list nobody of the domain comes in; the peer's people are no matter.
        self.vn.stop()
        self.vn.start()
        self.vn.until_it_listens()
        poll.until("why", lambda: "revocation list left out" in self.vn.log_tail(60), TAKE_SECONDS)
        for client in ("vn-officer", "vn-clerk"):
            self.assertIsNone(self.comes_in(client))
        poll.until("the refusal", lambda: "REVOCATION_UNKNOWN" in self.vn.log_tail(60),
                   TAKE_SECONDS)
        self.assertEqual(self.alarms(self.lists_of(self.vn)), ["RELOAD_REFUSED"])
        self.assertNotIn(self.digest_of(self.vn), self.loaded(f"{self.lists_of(self.vn)}:1"))

        self.put(self.vn, "vn-officer", age=2 * HOUR)
        self.until_in("vn-clerk")
        self.until_alarm(self.lists_of(self.vn), "CLEARED")
        poll.until("what is in force", lambda: self.loaded(f"{self.lists_of(self.vn)}:1")[-1]
                   == self.digest_of(self.vn), TAKE_SECONDS)
        self.assertIsNone(self.comes_in("vn-officer"))
        with calls.Caller.of(self.sandbox, "vn-clerk") as clerk:
            author = messages.Author(self.sandbox, "vn-clerk")
            clerk.submit(author.request(author.ping()))

    def test_an_authority_that_had_a_list_must_not_lose_it(self):
        # The other side's root signs no list of this domain: its set names nobody here any more.
        replace(self.files[self.vn.name], revocation_lists.make(self.cn))
        self.until_alarm(self.lists_of(self.vn), "RELOAD_REFUSED")
        self.assertTrue(self.comes_in("vn-clerk"))

    def test_a_revocation_before_the_agreement_was_signed_stops_its_link_and_nothing_else(self):
        link = f"link:{self.cn.name}"
        signer = self.sandbox.clients["cn-officer"]["signingCertificateFile"]

        def start(*revoked, age):
            self.vn.stop()
            replace(self.files[self.cn.name], revocation_lists.make(self.cn, revoked, age=age))
            self.vn.start()
            self.vn.until_it_listens()

        def state(client="vn-clerk"):
            node = self.comes_in(client)
            return node.links[0] if node else None

        def up():
            found = state()
            return found is not None and found.connected

        def why(client):
            found = state(client)
            return found is not None and found.problem.reason

        poll.until("the link", up, UP_SECONDS)
        start(signer, age=4 * HOUR)
        self.until_alarm(link, "AGREEMENT_NOT_SIGNED")
        # The other side hears of it when it dials; in this sandbox this node does, and does not now.
        poll.until("why", lambda: why("vn-clerk") == reason_pb2.REASON_AGREEMENT_NOT_SIGNED,
                   UP_SECONDS)
        self.assertIn("CERTIFICATE_REVOKED", " ".join(state().alarms))
        self.assertFalse(state().connected)
        author = messages.Author(self.sandbox, "vn-clerk")
        with calls.Caller.of(self.sandbox, "vn-clerk") as clerk:
            clerk.submit(author.request(author.ping()))
        # The list was a mistake: its successor does not have the signer.
        start(age=3 * HOUR)
        self.until_alarm(link, "CLEARED")
        poll.until("the link again", up, UP_SECONDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
