#!/usr/bin/python3
"""A caller who calls too much, keeps too much open, sends too much at once or does not read is
refused or cut by name; another one is served all the while, and the link stands.
"""

import pathlib
import time
import unittest

import grpc

from support import calls, ledger, messages, poll, sandbox
from gatepost.v1 import exchange_service_pb2

# Small, so that a test reaches them.
LIMITS = """
limits { calls_per_second: 20 call_burst: 40 calls_in_flight: 8 }
"""
MOST_LEAVES_A_MINUTE = 10
REFUSED_AFTER_SECONDS = 1
TAKEN_WITHIN_SECONDS = 30


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("limits")
        cls.enterClassContext(cls.sandbox)
        config = pathlib.Path(cls.sandbox.vn.config)
        config.write_text(config.read_text() + LIMITS)
        cls.sandbox.take_over()
        with calls.Caller.of(cls.sandbox, "vn-auditor") as caller:
            poll.until("the node", lambda: cls.answers(caller), 20)

    @staticmethod
    def answers(caller):
        try:
            return caller.link_state().connected
        except calls.Refusal:
            return False

    def refusals(self, spiffe_id):
        return [leaf for leaf in ledger.Store(self.sandbox.vn.database).leaves
                if leaf["event"] == "DENIED" and leaf["actor"] == spiffe_id]

    def caller(self, client):
        return self.enterContext(calls.Caller.of(self.sandbox, client))

    def test_one_who_floods_is_refused_late_and_another_is_served(self):
        """Three hundred calls at once: the burst is answered, the rest is refused by name and a
        while later; each call of his colleague, in the midst of it, is answered."""
        flooder, colleague = self.caller("vn-clerk"), self.caller("vn-service")
        begin = time.monotonic()
        flood = [flooder.exchange.GetNode.future(exchange_service_pb2.GetNodeRequest(), timeout=30)
                 for _ in range(300)]
        for _ in range(15):
            colleague.get_node()
        failures = [calls.Refusal(error) for error in (call.exception() for call in flood) if error]
        self.assertGreaterEqual(time.monotonic() - begin, REFUSED_AFTER_SECONDS)
        served = len(flood) - len(failures)
        self.assertGreaterEqual(served, 1)
        self.assertLess(served, 150)
        reasons = {failure.reason for failure in failures}
        self.assertIn("RATE_EXCEEDED", reasons)
        self.assertLessEqual(reasons, {"RATE_EXCEEDED", "TOO_MUCH_IN_FLIGHT"})
        for failure in failures:
            self.assertEqual(failure.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
            self.assertTrue(failure.wanted and failure.came and failure.todo)
        leaves = self.refusals(self.sandbox.clients["vn-clerk"]["spiffeId"])
        self.assertLessEqual(len(leaves), MOST_LEAVES_A_MINUTE)
        results = {leaf["result"] for leaf in leaves}
        self.assertTrue(results)
        self.assertLessEqual(results, {"REFUSED:RATE_EXCEEDED", "REFUSED:TOO_MUCH_IN_FLIGHT"})
        self.assertTrue(colleague.link_state().connected)
        poll.until("the flooder to be served again", lambda: self.answers(flooder), 20)

    def test_too_many_open_streams_are_refused_until_one_ends(self):
        officer = self.caller("vn-officer")
        watches = [self.watch(officer) for _ in range(8)]
        for watch in watches:
            watch.initial_metadata()  # The node has begun it.
        with self.assertRaises(calls.Refusal) as caught:
            officer.get_node()
        self.assertEqual(caught.exception.reason, "TOO_MUCH_IN_FLIGHT")
        refused = self.watch(officer)
        with self.assertRaises(grpc.RpcError) as error:
            next(refused)
        self.assertEqual(calls.Refusal(error.exception).reason, "TOO_MUCH_IN_FLIGHT")
        self.caller("vn-service").get_node()
        watches[0].cancel()
        poll.until("room after a stream has ended", lambda: self.answers(officer), 10)
        for watch in watches:
            watch.cancel()

    def watch(self, caller, cursor=""):
        return caller.exchange.WatchMessages(
            exchange_service_pb2.WatchMessagesRequest(cursor=cursor), timeout=120)

    def test_a_request_that_is_too_large_is_refused_by_name_before_it_is_read(self):
        """Larger than any request, and nothing that could be parsed."""
        service = self.caller("vn-service")
        with self.assertRaises(calls.Refusal) as caught:
            service.submit_bytes(b"\xff" * ((1 << 20) + (300 << 10)))
        self.assertEqual(caught.exception.reason, "TOO_LARGE")
        with self.assertRaises(grpc.RpcError) as error:
            next(self.watch(service, cursor="c" * (2 << 20)))
        self.assertEqual(calls.Refusal(error.exception).reason, "TOO_LARGE")
        service.get_node()

    def test_a_watcher_who_does_not_read_is_cut_and_named_in_the_log(self):
        """He opens a watch of everything and reads none of it."""
        service = messages.Author(self.sandbox, "vn-service")
        writer = self.caller("vn-service")
        cursor = dict(self.first_metadata())["gatepost-cursor"]
        narrow = grpc.secure_channel(
            self.sandbox.vn.address, self.credentials("vn-auditor"),
            (*calls.OPTIONS, ("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 4096)))
        watch = calls.exchange_service_pb2_grpc.ExchangeServiceStub(narrow).WatchMessages(
            exchange_service_pb2.WatchMessagesRequest(cursor=cursor), timeout=120)
        watch.initial_metadata()
        for _ in range(120):  # More than the narrow connection takes in unread.
            poll.until("room", lambda request=service.request(service.ping()): self.submitted(
                writer, request), 20)
        auditor = self.sandbox.clients["vn-auditor"]["spiffeId"]
        # On a slow machine the sandbox asked too often as the auditor before the link stood.
        leaf = poll.until("the cut", lambda: [
            leaf for leaf in self.refusals(auditor) if leaf["object"] == "call:WatchMessages"],
            2 * TAKEN_WITHIN_SECONDS)[0]
        self.assertEqual(leaf["result"], "REFUSED:CALLER_TOO_SLOW")
        with self.assertRaises(grpc.RpcError):
            for _ in watch:
                pass
        narrow.close()
        self.assertTrue(writer.link_state().connected)

    def submitted(self, caller, request):
        try:
            return caller.submit(request)
        except calls.Refusal as refusal:
            self.assertEqual(refusal.reason, "RATE_EXCEEDED")
            return None

    def first_metadata(self):
        watch = self.watch(self.caller("vn-auditor"))
        metadata = watch.initial_metadata()
        watch.cancel()
        return metadata

    def credentials(self, client):
        stated = self.sandbox.clients[client]
        return calls.credentials(self.sandbox.vn.root, stated["tlsCertificateFile"],
                                 stated["tlsKeyFile"])


if __name__ == "__main__":
    unittest.main()
