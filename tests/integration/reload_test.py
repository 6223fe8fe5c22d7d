#!/usr/bin/python3
"""What a node takes over from its files while it runs: a deny list, its TLS pair, its policy. A bad
file is refused with an alarm, and what was there serves on. Nobody else notices.
"""

import signal
import ssl
import socket
import threading
import unittest

from support import calls, issuer, ledger, messages, places, poll, sandbox
from support.files import NOBODY, replace
from gatepost.v1 import exchange_service_pb2

CUT_SECONDS = 5
TAKE_SECONDS = 15


class Reload(unittest.TestCase):
    def setUp(self):
        self.sandbox = sandbox.Sandbox("reload")
        self.enterContext(self.sandbox)
        self.vn = self.sandbox.vn
        self.folder = places.fresh_folder("reload-files")
        self.deny = self.folder / "deny.textproto"
        self.policy = self.folder / "policy.textproto"
        self.default_policy = (places.SOURCES / "daemon" / "config" / "policy" /
                               "default-policy.textproto").read_text()
        replace(self.deny, NOBODY)
        replace(self.policy, self.default_policy)
        with open(self.vn.config, "a", encoding="utf-8") as config:
            config.write(f'\ndeny_list_file: "{self.deny}"\npolicy_file: "{self.policy}"\n')
        self.sandbox.take_over()
        self.vn.until_it_listens()
        self.clerk = self.enterContext(calls.Caller.of(self.sandbox, "vn-clerk"))
        poll.until("the link", self.connected, 20)

    def connected(self):
        try:
            return self.clerk.link_state().connected
        except calls.Refusal:
            return False

    def alarms(self, about):
        return [leaf["result"] for leaf in ledger.Store(self.vn.database).leaves
                if leaf["event"] == "ALARM" and leaf["object"] == about]

    def until_refused(self, why, times):
        """The node looks at what was refused every 30 s anyway: TAKE_SECONDS are less."""
        poll.until(f"{why}, {times} times", lambda: [
            "RELOAD_REFUSED trust:deny-list" in line and why in line
            for line in self.vn.log.read_text().splitlines()].count(True) == times, TAKE_SECONDS)

    def loaded(self, event):
        return [leaf["detail"] for leaf in ledger.Store(self.vn.database).leaves
                if leaf["event"] == event and leaf["result"] == "LOADED"]

    def ping(self):
        author = messages.Author(self.sandbox, "vn-clerk")
        return self.clerk.submit(author.request(author.ping()))

    def shown(self):
        """The certificate that the node shows on a new connection, DER."""
        stated = self.sandbox.clients["vn-auditor"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.vn.root)
        context.load_cert_chain(stated["tlsCertificateFile"], stated["tlsKeyFile"])
        context.set_alpn_protocols(["h2"])
        host, port = self.vn.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            with context.wrap_socket(plain) as connection:
                return connection.getpeercert(binary_form=True)

    def test_who_is_denied_while_connected_is_cut_and_let_in_again_when_the_entry_goes(self):
        officer = self.sandbox.clients["vn-officer"]
        caller = self.enterContext(calls.Caller.of(self.sandbox, "vn-officer"))
        events = caller.exchange.WatchMessages(
            exchange_service_pb2.WatchMessagesRequest(cursor="0"), timeout=120)
        events.initial_metadata()  # It is open.
        ended = threading.Event()
        refusals = []

        def read():
            try:
                for _ in events:
                    pass
            except calls.grpc.RpcError as error:
                refusals.append(calls.Refusal(error))
            ended.set()

        threading.Thread(target=read, daemon=True).start()
        replace(self.deny, f'denied {{ spiffe_id: "{officer["spiffeId"]}" reason: "lost its card" }}\n')
        self.assertTrue(ended.wait(CUT_SECONDS), "the watch was not cut")
        self.assertEqual(refusals[0].reason, "IDENTITY_DENIED")
        self.assertIn("lost its card", refusals[0].came)
        with self.assertRaises(calls.Refusal):
            caller.get_node()
        self.ping()
        # A list with a slip is refused, and the one before holds.
        replace(self.deny, 'denied { spiffe_id: "nobody" }\n')
        poll.until("the alarm", lambda: self.alarms("trust:deny-list") == ["RELOAD_REFUSED"],
                   TAKE_SECONDS)
        with self.assertRaises(calls.Refusal):
            with calls.Caller.of(self.sandbox, "vn-officer") as again:
                again.get_node()
        # Nor does an emptied list let everybody in, nor one that is gone.
        replace(self.deny, "")
        self.until_refused("neither", 1)
        self.vn.process.send_signal(signal.SIGHUP)
        self.until_refused("neither", 2)  # Unchanged: by the signal, which is done with.
        self.deny.unlink()
        self.until_refused("No such file", 1)
        with self.assertRaises(calls.Refusal):
            with calls.Caller.of(self.sandbox, "vn-officer") as again:
                again.get_node()
        self.assertEqual(self.alarms("trust:deny-list"), ["RELOAD_REFUSED"])
        replace(self.deny, NOBODY)
        poll.until("its end", lambda: self.alarms("trust:deny-list")[-1] == "CLEARED",
                   TAKE_SECONDS)
        with calls.Caller.of(self.sandbox, "vn-officer") as again:
            poll.until("the officer is back", lambda: again.get_node(), TAKE_SECONDS)

    def test_tls_pairs_are_exchanged_under_load_and_a_bad_one_is_refused(self):
        root = issuer.Issuer.of(self.vn)
        stop, sent, failed = threading.Event(), [], []

        def load():
            author = messages.Author(self.sandbox, "vn-clerk")
            while not stop.is_set():
                # A connection of its own each time, so that every pair is met.
                with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
                    try:
                        sent.append(caller.submit(author.request(author.ping())).message_id)
                    except calls.Refusal as refusal:
                        failed.append(refusal)
                poll.pause(0.1)  # One identity may connect twenty times a second, no more.

        sender = threading.Thread(target=load)
        sender.start()
        try:
            for number in range(20):
                pair = root.issue(self.folder, f"node-{number}", self.vn.spiffe_id, node=True)
                replace(self.vn.tls_key, pair[1].read_bytes())
                replace(self.vn.tls_certificate, pair[0].read_bytes())
                wanted = ssl.PEM_cert_to_DER_cert(pair[0].read_text())
                poll.until(f"pair {number}", lambda: self.shown() == wanted, TAKE_SECONDS,
                           pace=0.2)
        finally:
            stop.set()
            sender.join()
        self.assertEqual(failed, [])
        self.assertGreaterEqual(len(sent), 20)
        self.assertEqual(len(sent), len(set(sent)))
        held = {leaf["object"] for leaf in ledger.Store(self.vn.database).leaves
                if leaf["event"] == "ACCEPTED"}
        self.assertLessEqual({f"message:{name}" for name in sent}, held)

        served = self.shown()
        for bad in (issuer.Issuer.stranger("another root"), root):
            name = self.vn.spiffe_id if bad is not root else self.vn.spiffe_id + "-2"
            pair = bad.issue(self.folder, "bad", name, node=True)
            replace(self.vn.tls_key, pair[1].read_bytes())
            replace(self.vn.tls_certificate, pair[0].read_bytes())
            self.vn.process.send_signal(signal.SIGHUP)
            poll.until("the alarm", lambda: self.alarms("key:tls")[-1:] == ["RELOAD_REFUSED"],
                       TAKE_SECONDS)
            self.assertEqual(self.shown(), served)
        self.ping()
        self.assertTrue(self.connected())

    def test_a_policy_is_taken_over_and_one_with_a_slip_is_not(self):
        self.ping()
        before = len(self.loaded("POLICY"))
        replace(self.policy, 'id: "nobody-writes-1"\n'
                'call_rules { roles: "clerk" acts: "READ" acts: "SUBMIT" }\n')
        poll.until("the new policy", lambda: len(self.loaded("POLICY")) == before + 1, TAKE_SECONDS)
        with self.assertRaises(calls.Refusal) as refused:
            self.ping()
        self.assertEqual(refused.exception.reason, "ROLE_NOT_ALLOWED")
        replace(self.policy, self.default_policy + "\nauthor_rules { }\n")
        poll.until("the alarm", lambda: self.alarms("policy") == ["RELOAD_REFUSED"], TAKE_SECONDS)
        with self.assertRaises(calls.Refusal):
            self.ping()
        replace(self.policy, self.default_policy)
        poll.until("its end", lambda: self.alarms("policy")[-1] == "CLEARED", TAKE_SECONDS)
        self.ping()


if __name__ == "__main__":
    unittest.main(verbosity=2)
