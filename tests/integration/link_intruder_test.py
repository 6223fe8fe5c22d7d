#!/usr/bin/python3
"""Somebody who holds the peer's TLS key talks on the link beside the real peer: each thing he says
wrong ends his own session by name and is logged within a limit, and the real session, the ledger
and the memory stay as they are.
He dials as the real peer does (from vn to cn); dialled the other way round he would be turned away
before his Hello.
"""

import os
import threading
import unittest

import grpc

from support import calls, ledger, link, messages, places, poll, sandbox
from gatepost.v1 import reason_pb2

FRAME_SECONDS = 20  # Hello is waited for 10 s.
DIALS = 40
MOST_GROWTH_KIB = 32 << 10


class Intruder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("intruder")
        cls.enterClassContext(cls.sandbox)
        cls.cn = cls.sandbox.cn
        cls.clerk = cls.enterClassContext(calls.Caller.of(cls.sandbox, "cn-clerk"))
        cls.author = messages.Author(cls.sandbox, "vn-clerk")
        cls.sender = cls.enterClassContext(calls.Caller.of(cls.sandbox, "vn-clerk"))
        cls.send_across("a first message")

    @classmethod
    def send_across(cls, what):
        """A message from the real peer, receipted by the node that the intruder talks to."""
        reference = cls.sender.submit(cls.author.request(cls.author.ping())).message_id
        poll.until(f"{what} across", lambda: len(
            cls.sender.status(reference).ladders[0].steps) > 1, FRAME_SECONDS)

    def setUp(self):
        self.caller = calls.Caller.node(self.sandbox, self.sandbox.vn, self.cn)
        self.addCleanup(self.caller.channel.close)
        self.fencing = self.clerk.link_state().fencing
        self.leaves = self.leaf_bytes()

    def leaf_bytes(self):
        """All but PEER_HEAD, since the real peer goes on having its heads cosigned meanwhile, and
        DENIED, which say what is refused here."""
        return [leaf for leaf in ledger.Store(self.cn.database).leaf_bytes
                if not leaf.startswith((b"gatepost-leaf/v1\nevent PEER_HEAD\n",
                                        b"gatepost-leaf/v1\nevent DENIED\n"))]

    def denied(self):
        """What DENIED leaves say of the link, in their order."""
        return [leaf["result"].removeprefix("REFUSED:")
                for leaf in ledger.Store(self.cn.database).leaves
                if leaf["event"] == "DENIED" and leaf["object"] == "link:vn-langson"]

    def assert_untouched(self):
        state = self.clerk.link_state()
        self.assertTrue(state.connected)
        self.assertEqual(state.fencing, self.fencing, "the real session was put out")
        self.assertEqual(self.leaf_bytes(), self.leaves)

    def test_a_good_hello_takes_the_line_until_the_real_peer_dials_again(self):
        """Nothing tells him from the peer who lost the stream and dials again; but the peer does so
        too, and the newest session stays."""
        session = link.Session(self.caller)
        session.say(session.good_hello(self.sandbox.vn))
        self.assertEqual(session.bye().reason, reason_pb2.REASON_FENCED)
        poll.until("the real session", lambda: self.clerk.link_state().connected, FRAME_SECONDS)
        self.assertGreater(self.clerk.link_state().fencing, self.fencing)
        self.assertEqual(self.leaf_bytes(), self.leaves)
        self.send_across("a message after that")

    def test_wrong_hellos_end_their_session_by_name(self):
        """Each Hello differs from a good one in one thing."""
        cases = [
            ("another protocol", "PROTOCOL_VERSION",
             lambda frame: setattr(frame.hello, "protocol_version", 2)),
            ("another node", "WRONG_NODE", lambda frame: setattr(frame.hello, "node", "cn-hekou")),
            ("another agreement", "AGREEMENT_DIFFERS",
             lambda frame: setattr(frame.hello, "agreement_sha256", os.urandom(32))),
            ("no payload types", "UNKNOWN_PAYLOAD_TYPE",
             lambda frame: frame.hello.ClearField("payload_types")),
            ("a short digest", "BAD_FRAME",
             lambda frame: setattr(frame.hello, "last_sent_digest", b"short")),
            ("no clock", "BAD_FRAME", lambda frame: frame.hello.ClearField("clock")),
            ("no epoch", "BAD_FRAME", lambda frame: frame.hello.ClearField("epoch")),
            ("no limits", "BAD_FRAME", lambda frame: frame.hello.ClearField("limits")),
            ("a fencing number at the end of numbers", "BAD_FRAME",
             lambda frame: setattr(frame.hello, "fencing", (1 << 64) - 1)),
            ("a frame of no kind", "BAD_FRAME", lambda frame: frame.Clear()),
            ("a heartbeat first", "BAD_FRAME", lambda frame: frame.ping.clock.GetCurrentTime()),
            ("a message first", "BAD_FRAME",
             lambda frame: setattr(frame.message, "sequence", 1)),
            ("receipts first", "BAD_FRAME", lambda frame: setattr(frame.receipts, "head", b"x")),
        ]
        before = len(self.denied())
        for name, reason, change in cases:
            with self.subTest(name):
                session = link.Session(self.caller)
                frame = session.good_hello(self.sandbox.vn)
                change(frame)
                session.say(frame)
                detail = session.bye()
                self.assertEqual(reason_pb2.Reason.Name(detail.reason), "REASON_" + reason)
                self.assertTrue(detail.wanted and detail.came and detail.todo)
                self.assert_untouched()
        # Each reason once, however often it comes within the hour.
        wanted = list(dict.fromkeys(reason for _, reason, _ in cases))
        poll.until("a leaf of each reason", lambda: len(self.denied()) >= before + len(wanted),
                   FRAME_SECONDS)
        self.send_across("a message after that")
        self.assertEqual(self.denied()[before:], wanted)

    def test_silence_is_waited_for_ten_seconds(self):
        detail = link.Session(self.caller).bye()
        self.assertEqual(detail.reason, reason_pb2.REASON_PEER_SILENT)
        self.assert_untouched()

    def test_noise_and_oversized_frames_end_the_stream(self):
        """What is no frame at all, and one larger than any frame may be."""
        method = self.caller.channel.stream_stream("/gatepost.v1.LinkService/Session")
        for noise in (b"\xff" * 100, os.urandom(4096), bytes(64 << 20)):
            stop = threading.Event()

            def says(noise=noise, stop=stop):
                yield noise
                stop.wait(FRAME_SECONDS)

            stream = method(says(), timeout=FRAME_SECONDS)
            try:
                heard = len(list(stream))
                self.assertLessEqual(heard, 2, "a Hello, and perhaps a Bye")
            except grpc.RpcError as error:
                self.assertNotEqual(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            stop.set()
        self.assert_untouched()

    def test_many_dials_do_not_put_the_real_session_out(self):
        """Forty streams at once that only listen, some that come and go: most are turned away at
        once, the rest after ten seconds, and memory stays."""
        for _ in range(4):
            link.Session(self.caller).close()
        memory = self.cn.resident_kib()
        sessions = [link.Session(self.caller) for _ in range(DIALS)]
        reasons = [reason_pb2.Reason.Name(session.bye().reason) for session in sessions]
        self.assertEqual(set(reasons), {"REASON_DOUBLE_DIAL", "REASON_PEER_SILENT"})
        self.assertGreaterEqual(reasons.count("REASON_DOUBLE_DIAL"), DIALS // 2)
        if not places.SANITIZED:
            self.assertLess(self.cn.resident_kib() - memory, MOST_GROWTH_KIB)
        self.assert_untouched()


if __name__ == "__main__":
    unittest.main(verbosity=2)
