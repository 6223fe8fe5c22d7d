#!/usr/bin/python3
"""Who may come in, and what those leave behind who may not. Strangers add nothing to the ledger;
known callers who are refused add a bounded number of leaves; nobody makes the node grow.
"""

import collections
import os
import socket
import ssl
import time
import unittest

import grpc

from support import calls, issuer, ledger, messages, places, poll, sandbox
from gatepost.v1 import exchange_service_pb2, link_service_pb2

STRANGERS = 200
FLOOD = 1500
MOST_LEAVES_A_MINUTE = 10
MINUTE_SECONDS = 60
MOST_GROWTH_KIB = 48 << 10  # Of a process that has had its first calls of each kind.


class Strangers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("strangers")
        cls.enterClassContext(cls.sandbox)
        cls.vn, cls.cn = cls.sandbox.vn, cls.sandbox.cn
        cls.folder = places.fresh_folder("strangers-files")

    def leaves(self):
        """All but PEER_HEAD: the real peer has its heads cosigned meanwhile."""
        return [leaf for leaf in ledger.Store(self.vn.database).leaves
                if leaf["event"] != "PEER_HEAD"]

    def serves(self):
        """The node still takes a report of its own clerk, and the other side gets it."""
        clerk = messages.Author(self.sandbox, "vn-clerk")
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            response = caller.submit(clerk.request(clerk.ping()))
            poll.until("the ping at the other side", lambda: caller.status(
                response.message_id).ladders[0].steps[1:], 40)

    def credentials(self, files=(None, None)):
        return calls.credentials(self.vn.root, *files)

    def turned_away(self, credentials, code=grpc.StatusCode.UNAVAILABLE):
        """A call that never becomes one: gRPC tells nothing but that the connection ended."""
        with calls.Caller(self.vn.address, credentials) as caller:
            with self.assertRaises(calls.Refusal) as caught:
                caller.get_node()
        self.assertEqual((caught.exception.code, caught.exception.reason), (code, ""))

    def certificates(self):
        """(reason in the node's log, certificate files) of callers who are not let in."""
        vn_root, cn_root = issuer.Issuer.of(self.vn), issuer.Issuer.of(self.cn)
        stranger = issuer.Issuer.stranger("Practice root langson.practice.example")
        clerk = self.sandbox.clients["vn-clerk"]
        own, day = clerk["spiffeId"], issuer.DAY
        return [
            ("CERTIFICATE_EXPIRED",
             vn_root.issue(self.folder, "old", own, begin=-3 * day, end=-day)),
            ("CERTIFICATE_NOT_YET_VALID", vn_root.issue(self.folder, "new", own, begin=day)),
            ("CHAIN_BROKEN", stranger.issue(self.folder, "stranger", own)),
            ("CROSS_DOMAIN", cn_root.issue(self.folder, "crossed", own)),
            ("UNKNOWN_TRUST_DOMAIN", vn_root.issue(
                self.folder, "elsewhere", "spiffe://elsewhere.practice.example/agency/a/clerk/b")),
            ("BAD_SPIFFE_ID", vn_root.issue(self.folder, "nameless", "")),
            ("BAD_SPIFFE_ID", vn_root.issue(self.folder, "odd", own + "/a/b/c")),
            ("CERTIFICATE_WRONG_USAGE",
             (clerk["signingCertificateFile"], clerk["signingKeyFile"])),
        ]

    def test_strangers_leave_nothing_in_the_ledger(self):
        """Callers without certificate, with certificates that do not hold, in the clear, with TLS
        1.2, and with noise: two hundred attempts, not one leaf, and each certificate's fault is in
        the node's log."""
        before = self.leaves()
        log_begin = self.vn.log.stat().st_size
        certificates = self.certificates()
        self_signed = issuer.Issuer.stranger("self-signed")
        for files in ((None, None), *(files for _, files in certificates)):
            self.turned_away(self.credentials(files))
        own = self_signed.issue(self.folder, "self", self.sandbox.clients["vn-clerk"]["spiffeId"])
        self.turned_away(self.credentials(own))
        with grpc.insecure_channel(self.vn.address, calls.OPTIONS) as channel:
            with self.assertRaises(grpc.RpcError):
                calls.exchange_service_pb2_grpc.ExchangeServiceStub(channel).GetNode(
                    exchange_service_pb2.GetNodeRequest(), timeout=5)
        for attempt in range(STRANGERS):
            self.knock(attempt, certificates)
        self.assertEqual(self.leaves(), before, "strangers can fill the ledger")
        log = self.vn.log.read_bytes()[log_begin:].decode(errors="replace")
        for reason, _ in certificates:
            self.assertIn(reason, log, "the log says why a certificate was refused")
        self.serves()

    def knock(self, attempt, certificates):
        """One raw connection that comes to nothing."""
        host, port = self.vn.address.rsplit(":", 1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        kind = attempt % 4
        if kind == 0:
            clerk = self.sandbox.clients["vn-clerk"]
            context.load_cert_chain(clerk["tlsCertificateFile"], clerk["tlsKeyFile"])
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        elif kind == 1:
            context.load_cert_chain(*certificates[attempt % len(certificates)][1])
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            if kind == 3:  # Noise instead of TLS.
                plain.sendall(os.urandom(512))
                self.closed(plain)
                return
            try:
                with context.wrap_socket(plain) as secure:
                    self.assertNotEqual(kind, 0, "TLS 1.2 was accepted")
                    secure.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                    self.closed(secure)
            except (ssl.SSLError, ConnectionError):
                pass  # Turned away in the handshake, or after it.

    def closed(self, connection):
        """The node ends the connection; at most a short last word comes before."""
        connection.settimeout(10)
        try:
            for _ in range(16):
                if not connection.recv(65536):
                    return
        except ConnectionError:
            return
        self.fail("a stranger is still connected")

    def test_known_callers_stay_within_their_rights(self):
        """A certificate that holds is not yet a right: each act that is not his is refused by
        name."""
        clerk = messages.Author(self.sandbox, "vn-clerk")
        request = clerk.request(clerk.ping())
        hello = iter([link_service_pb2.SessionRequest()])
        node, foreign = self.cn, "cn-clerk"
        foreign_files = [self.sandbox.clients[foreign][key]
                         for key in ("tlsCertificateFile", "tlsKeyFile")]
        acts = [
            ("a node that submits", calls.Caller.node(self.sandbox, node, self.vn),
             lambda c: c.submit(request)),
            ("a node that reads", calls.Caller.node(self.sandbox, node, self.vn),
             lambda c: c.get_node()),
            ("its own node that submits", calls.Caller.node(self.sandbox, self.vn, self.vn),
             lambda c: c.submit(request)),
            ("its own node that dials itself", calls.Caller.node(self.sandbox, self.vn, self.vn),
             lambda c: self.first_frame(c, hello)),
            ("an agency on the link", calls.Caller.of(self.sandbox, "vn-officer"),
             lambda c: self.first_frame(c, hello)),
            ("the other side's clerk", calls.Caller(self.vn.address, self.credentials(foreign_files)),
             lambda c: c.get_node()),
            ("an auditor who submits", calls.Caller.of(self.sandbox, "vn-auditor"),
             lambda c: c.submit(request)),
        ]
        before = len(self.leaves())
        for name, caller, act in acts:
            with self.subTest(name), caller, self.assertRaises(calls.Refusal) as caught:
                act(caller)
            refusal = caught.exception
            self.assertEqual((refusal.code, refusal.reason),
                             (grpc.StatusCode.PERMISSION_DENIED, "NOT_ALLOWED"), name)
            self.assertTrue(refusal.wanted and refusal.came and refusal.todo, name)
        denied = poll.until("their leaves", lambda: len(self.leaves()) >= before + len(acts)
                            and self.leaves()[before:], 10)
        self.assertEqual({leaf["event"] for leaf in denied}, {"DENIED"})
        self.serves()

    def first_frame(self, caller, requests):
        try:
            return next(caller.link.Session(requests, timeout=10))
        except grpc.RpcError as error:
            raise calls.Refusal(error) from None

    def test_oversized_and_garbled_calls(self):
        """More than any envelope, no protobuf at all, methods that do not exist: each an error of
        its call, none a leaf of an accepted message, and the connection serves on."""
        clerk = messages.Author(self.sandbox, "vn-clerk")
        huge = clerk.request(clerk.ping())
        huge.envelope.payload += bytes(8 << 20)
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            with self.assertRaises(calls.Refusal) as caught:
                caller.submit(huge)
            self.assertEqual(caught.exception.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
            for garbage in (b"\xff", os.urandom(1000), b"\x0a\xff\xff\xff\xff\x0f"):
                with self.assertRaises(calls.Refusal) as caught:
                    caller.submit_bytes(garbage)
                self.assertEqual(caught.exception.reason, "BAD_ARGUMENT")
            unknown = caller.channel.unary_unary("/gatepost.v1.ExchangeService/Destroy")
            with self.assertRaises(calls.Refusal) as caught:
                caller.call(unknown, b"")
            self.assertEqual(caught.exception.code, grpc.StatusCode.UNIMPLEMENTED)
            caller.get_node()
        self.serves()

    def test_flood_of_refusals_adds_few_leaves_and_no_memory(self):
        """A clerk whose program went mad sends unsigned envelopes: ten leaves in a minute, then one
        that counts the rest; memory stays; his colleague is served all the while."""
        officer = messages.Author(self.sandbox, "vn-officer")
        unsigned = officer.request(officer.ping())
        unsigned.envelope.payload += os.urandom(100_000)
        unsigned.envelope.ClearField("signatures")
        mine = lambda leaf: leaf["actor"] == officer.spiffe_id
        before = len([leaf for leaf in self.leaves() if mine(leaf)])
        with calls.Caller.of(self.sandbox, "vn-officer") as caller:
            memory = None
            begin = time.monotonic()
            for i in range(FLOOD):
                with self.assertRaises(calls.Refusal) as caught:
                    caller.submit(unsigned)
                self.assertEqual(caught.exception.reason, "UNSIGNED")
                if i == FLOOD // 10:
                    memory = self.vn.resident_kib()
            took = time.monotonic() - begin
            growth = self.vn.resident_kib() - memory
        self.serves()
        leaves = [leaf for leaf in self.leaves() if mine(leaf)][before:]
        minutes = int(took // MINUTE_SECONDS) + 1
        print(f"{FLOOD} refusals in {took:.1f} s, {len(leaves)} leaves, memory {growth:+} KiB",
              flush=True)
        self.assertLessEqual(len(leaves), (MOST_LEAVES_A_MINUTE + 1) * minutes)
        if not places.SANITIZED:
            self.assertLess(growth, MOST_GROWTH_KIB)

        def summed_up():
            logged = collections.Counter(leaf["event"] for leaf in self.leaves() if mine(leaf))
            return logged["DENIED_SUMMARY"] >= 1 and logged
        logged = poll.until("the summary of the minute", summed_up, MINUTE_SECONDS + 15, pace=1)
        summary = [leaf for leaf in self.leaves()
                   if mine(leaf) and leaf["event"] == "DENIED_SUMMARY"][0]
        self.assertRegex(summary["detail"], r"^refused-without-leaf:\d+$")
        if minutes == 1:
            self.assertEqual(logged["REFUSED"] + int(summary["detail"].split(":")[1]), FLOOD)


if __name__ == "__main__":
    unittest.main(verbosity=2)
