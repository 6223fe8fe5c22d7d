#!/usr/bin/python3
"""Who is connected when his revocation begins is cut within five seconds, on either end of a link
and on an open watch; everybody else goes on, and nobody revoked comes in again.
"""

import datetime
import threading
import time
import unittest

import grpc

from support import calls, ledger, messages, places, poll, revocation_lists, sandbox
from gatepost.v1 import exchange_service_pb2, reason_pb2

AHEAD_SECONDS = 25  # Room to start two nodes and to open what is cut later.
CUT_SECONDS = 5
UP_SECONDS = 20


def revocation_list(node, revoked, folder):
    """A list of the root of `node`'s side: certificates that it revoked, each since when."""
    path = folder / f"{node.name}.crl"
    path.write_bytes(revocation_lists.make(node, revoked))
    return path


class Watch:
    """An open watch, and when and how it ended."""

    def __init__(self, caller):
        self.ended, self.refusal = None, None
        self.events = caller.exchange.WatchMessages(
            exchange_service_pb2.WatchMessagesRequest(cursor="0"), timeout=120)
        self.events.initial_metadata()  # It is open.
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        try:
            for _ in self.events:
                pass
        except grpc.RpcError as error:
            self.refusal = calls.Refusal(error)
        self.ended = time.time()


class Revocation(unittest.TestCase):
    def setUp(self):
        self.sandbox = sandbox.Sandbox("revocation")
        self.enterContext(self.sandbox)
        self.vn, self.cn = self.sandbox.vn, self.sandbox.cn
        self.folder = places.fresh_folder("revocation-files")
        self.sandbox.take_over()
        for node in self.sandbox.nodes.values():
            node.stop()
        self.since = int(time.time()) + AHEAD_SECONDS

    def caller(self, client):
        return self.enterContext(calls.Caller.of(self.sandbox, client))

    def start(self):
        for node in self.sandbox.nodes.values():
            node.start()
        for node in self.sandbox.nodes.values():
            node.until_it_listens()
        callers = self.caller("vn-clerk"), self.caller("cn-clerk")
        for caller in callers:
            poll.until("the link", lambda: self.connected(caller), UP_SECONDS)
        self.assertLess(time.time(), self.since - 1, "the machine is too slow for this test")
        return callers

    @staticmethod
    def connected(caller):
        try:
            return caller.link_state().connected
        except calls.Refusal:
            return False  # It is still coming up.

    def leaves(self, node, **wanted):
        return [leaf for leaf in ledger.Store(node.database).leaves
                if all(leaf[key] == value for key, value in wanted.items())]

    def cut_in_time(self, caller):
        """The link is down within five seconds of the date, and not before."""
        poll.until("the end of the link", lambda: not self.connected(caller),
                   self.since - time.time() + CUT_SECONDS)
        self.assertGreaterEqual(time.time(), self.since)
        poll.until("why", lambda: caller.link_state().problem.reason
                   == reason_pb2.REASON_CERTIFICATE_REVOKED, CUT_SECONDS)

    def test_officer_on_a_watch_and_the_peer_that_dialled_are_cut(self):
        officer = self.sandbox.clients["vn-officer"]
        deny = self.folder / "deny.textproto"
        deny.write_text(
            f'denied {{ spiffe_id: "{officer["spiffeId"]}" reason: "left the service" since: '
            f'"{datetime.datetime.utcfromtimestamp(self.since).isoformat()}Z" }}\n')
        with open(self.vn.config, "a", encoding="utf-8") as config:
            config.write(f'\ndeny_list_file: "{deny}"\n')
        revocation_lists.name_in_config(self.cn, self.vn, revocation_list(
            self.vn, [(self.vn.tls_certificate, self.since)], self.folder))
        vn_clerk, cn_clerk = self.start()
        officers_watch, clerks_watch = Watch(self.caller("vn-officer")), Watch(vn_clerk)

        self.cut_in_time(cn_clerk)
        poll.until("the end of the officer's watch", lambda: officers_watch.ended, CUT_SECONDS)
        self.assertGreaterEqual(officers_watch.ended, self.since)
        self.assertLessEqual(officers_watch.ended, self.since + CUT_SECONDS)
        self.assertEqual(officers_watch.refusal.reason, "IDENTITY_DENIED")
        self.assertIn("left the service", officers_watch.refusal.came)
        [leaf] = poll.until("a leaf about it", lambda: self.leaves(
            self.vn, event="DENIED", object="call:WatchMessages"), CUT_SECONDS)
        self.assertEqual((leaf["actor"], leaf["result"]),
                         (officer["spiffeId"], "REFUSED:IDENTITY_DENIED"))
        [leaf] = poll.until("a leaf about the link", lambda: self.leaves(
            self.cn, event="DENIED", object=f"link:{self.vn.name}"), CUT_SECONDS)
        self.assertEqual(leaf["result"], "REFUSED:CERTIFICATE_REVOKED")

        # The officer is a stranger now, who cannot even begin a call on a new connection.
        with calls.Caller.of(self.sandbox, "vn-officer") as again:
            with self.assertRaises(calls.Refusal) as refused:
                again.get_node()
            self.assertEqual(refused.exception.code, grpc.StatusCode.UNAVAILABLE)
        poll.until("the node says why", lambda: "IDENTITY_DENIED" in self.vn.log_tail(60), 10)
        # So is the peer, which dials again and again.
        poll.until("its handshake refused", lambda: "certificate refused" in self.cn.log_tail(60)
                   and "CERTIFICATE_REVOKED" in self.cn.log_tail(60), UP_SECONDS)
        self.assertFalse(self.connected(cn_clerk))
        # The clerk's watch and calls go on.
        clerk = messages.Author(self.sandbox, "vn-clerk")
        vn_clerk.submit(clerk.request(clerk.ping()))
        self.assertIsNone(clerks_watch.ended)

    def test_the_peer_that_was_dialled_is_cut_and_not_dialled_with_success_again(self):
        revocation_lists.name_in_config(self.vn, self.cn, revocation_list(
            self.cn, [(self.cn.tls_certificate, self.since)], self.folder))
        vn_clerk, _ = self.start()
        self.cut_in_time(vn_clerk)
        poll.until("another dial", lambda: "certificate refused" in self.vn.log_tail(60),
                   UP_SECONDS)
        state = vn_clerk.link_state()
        self.assertFalse(state.connected)
        self.assertEqual(state.problem.reason, reason_pb2.REASON_CERTIFICATE_REVOKED)
        clerk = messages.Author(self.sandbox, "vn-clerk")
        vn_clerk.submit(clerk.request(clerk.ping()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
