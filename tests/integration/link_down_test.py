#!/usr/bin/python3
"""A link down while reports are queued: restored, all arrive in order; every repeat gets its first
answer, byte for byte. GATEPOST_REPORTS (1,000) sets how many.
"""

import concurrent.futures
import os
import pathlib
import threading
import time
import unittest

import grpc

from support import calls, ledger, messages, poll, sandbox
from gatepost.v1 import exchange_service_pb2, receipt_pb2

REPORTS = int(os.environ.get("GATEPOST_REPORTS", "1000"))
NOTICED_SECONDS = 30  # A silent link is noticed after three heartbeats of 5 s.
GIVEN_UP_SECONDS = 60  # A peer has 20 s for its first word; then comes the pause between dials.
DELIVERED_SECONDS = 120  # Dialling again waits up to 30 s, by chance; then the messages cross.


class LinkDown(unittest.TestCase):
    def cut_queue_restore(self, reports, *how):
        """Cuts the link, queues reports at both nodes, looks at what their people see meanwhile,
        restores it, and compares both ends."""
        with sandbox.Sandbox("link") as box:
            vn, cn = calls.Caller.of(box, "vn-clerk"), calls.Caller.of(box, "cn-clerk")
            clerk, service = messages.Author(box, "vn-clerk"), messages.Author(box, "cn-service")
            times = messages.day_of_reports()
            box.cut(*how)
            for caller in (vn, cn):
                poll.until("the node notices", lambda c=caller: not c.link_state().connected,
                           NOTICED_SECONDS)
            begin = time.monotonic()
            sent = [clerk.request(clerk.report(next(times))) for _ in range(reports)]
            answers = [vn.submit_bytes(request.SerializeToString()) for request in sent]
            back = [service.request(service.report(next(times))) for _ in range(reports // 10)]
            back_answers = [cn.submit_bytes(request.SerializeToString()) for request in back]
            print(f"{len(sent) + len(back)} queued in {time.monotonic() - begin:.1f} s", flush=True)

            state = vn.link_state()
            self.assertFalse(state.connected)
            self.assertEqual((state.last_queued, state.last_receipted), (reports, 0))
            self.assertTrue(state.problem.wanted and state.problem.came and state.problem.todo)
            reference = exchange_service_pb2.SubmitResponse.FromString(answers[0]).short_reference
            ladder = vn.status(reference).ladders[0]
            self.assertEqual(ladder.rung, receipt_pb2.RUNG_ACCEPTED, "no rung without evidence")

            begin = time.monotonic()
            box.restore()
            poll.until("all receipts", lambda: vn.link_state().last_receipted == reports
                       and cn.link_state().last_receipted == len(back), DELIVERED_SECONDS)
            print(f"all delivered {time.monotonic() - begin:.1f} s after the link was restored",
                  flush=True)
            self.assertEqual(vn.status(reference).ladders[0].rung, receipt_pb2.RUNG_APPLIED)
            self.check_repeats(vn, clerk, sent, answers)
            self.check_repeats(cn, service, back, back_answers)
            heads = {"vn-langson": vn.get_node().checkpoint, "cn-pingxiang": cn.get_node().checkpoint}
            box.down()
            self.check_stores(box, heads, sent, back)

    def check_repeats(self, caller, author, sent, answers):
        """Each report again, in turn as it was and with fresh signature bytes."""
        for i, (request, first) in enumerate(zip(sent, answers)):
            again = author.signed_afresh(request) if i % 2 else request
            self.assertEqual(caller.submit_bytes(again.SerializeToString()), first, f"report {i}")

    def check_stores(self, box, heads, sent, back):
        stores = {name: ledger.Store(node.database) for name, node in box.nodes.items()}
        for name, store in stores.items():
            store.check_tree()
            store.check_head(heads[name], box.nodes[name].vkey)
            store.check_facts()
            store.check_sequences(messages.PEERS[name])
        for name, requests in (("vn-langson", sent), ("cn-pingxiang", back)):
            order = [ledger.sha256(messages.pae(request.envelope.payload_type,
                                                request.envelope.payload))
                     for request in requests]
            self.assertEqual([row.pae for row in stores[name].outgoing], order)
            came = stores[messages.PEERS[name]].incoming
            self.assertEqual([row.pae for row in came], order, "all, in the order of submission")
            self.assertEqual({row.standing for row in came}, {receipt_pb2.RUNG_APPLIED})

    def test_reports_queued_while_the_link_is_broken_arrive_in_order(self):
        """The connection breaks, and no new one can be made."""
        self.cut_queue_restore(REPORTS)

    def test_reports_queued_while_the_link_is_silent_arrive_in_order(self):
        """Nothing passes and nobody is told: the heartbeat has to notice."""
        self.cut_queue_restore(max(REPORTS // 10, 10), "--silent")

    def test_a_peer_that_accepts_and_says_nothing_is_dialled_again(self):
        """In the peer's place, with its certificate, listens something that takes the call and
        never says Hello: the node gives it up and dials again, and the real peer is found."""
        with sandbox.Sandbox("mute") as box, calls.Caller.of(box, "vn-clerk") as vn:
            box.cut()
            calls_taken = []
            gone = threading.Event()

            def session(requests, context):
                calls_taken.append(context)
                context.add_callback(gone.set)
                poll.until("the node gives up", lambda: not context.is_active(), GIVEN_UP_SECONDS)
                yield from ()

            read = lambda path: pathlib.Path(path).read_bytes()
            server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
            server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
                "gatepost.v1.LinkService",
                {"Session": grpc.stream_stream_rpc_method_handler(session)})])
            server.add_secure_port(box.relay["address"], grpc.ssl_server_credentials(
                [(read(box.cn.tls_key), read(box.cn.tls_certificate))], read(box.vn.root), True))
            server.start()
            try:
                poll.until("a second dial", lambda: len(calls_taken) > 1, GIVEN_UP_SECONDS)
                self.assertTrue(gone.is_set())
                self.assertFalse(vn.link_state().connected)
            finally:
                server.stop(None).wait(20)
            box.restore()
            poll.until("the real peer", lambda: vn.link_state().connected, DELIVERED_SECONDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
