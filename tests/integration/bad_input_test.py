#!/usr/bin/python3
"""Whatever an agency's program gets wrong is refused by name: its own reason code, what was wanted,
what came, what to do. Nothing of it is stored, and the node goes on.
"""

import datetime
import unittest

from support import calls, issuer, ledger, messages, places, poll, sandbox
from gatepost.v1 import yard_report_pb2

NOON = datetime.datetime(2025, 6, 1, 12)
LONG = "x" * 300_000


class BadMessages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("bad")
        cls.enterClassContext(cls.sandbox)
        cls.clerk = messages.Author(cls.sandbox, "vn-clerk")
        cls.officer = messages.Author(cls.sandbox, "vn-officer")
        cls.vn_clerk = cls.enterClassContext(calls.Caller.of(cls.sandbox, "vn-clerk"))
        cls.times = messages.day_of_reports()

    def setUp(self):
        self.before = self.stored()

    def tearDown(self):
        self.assertEqual(self.stored(), self.before, "a refused message was stored")
        self.assertTrue(self.vn_clerk.get_node().links, "the node does not serve any more")

    def stored(self):
        """What refusals may not change: messages, and leaves other than those of refusals and of the
        peer's heads, which are cosigned meanwhile."""
        store = ledger.Store(self.sandbox.vn.database)
        return (store.message_count, len(store.outgoing),
                [leaf for leaf in store.leaves if leaf["event"] not in (
                    "REFUSED", "DENIED", "DENIED_SUMMARY", "PEER_HEAD")])

    def refused(self, request, reason, caller=None):
        """`request` is refused with `reason` and the three texts a person needs; the refusal."""
        caller = caller or self.vn_clerk
        try:
            caller.submit(request)
        except calls.Refusal as refusal:
            self.assertEqual(refusal.reason, reason, f"{refusal.code} {refusal}")
            self.assertEqual(refusal.domain, "gatepost")
            for text in (refusal.wanted, refusal.came, refusal.todo):
                self.assertTrue(text.strip(), reason)
                self.assertLess(len(text), 2000, "a text for people")
            return refusal
        self.fail(f"accepted instead of {reason}")

    def report(self, change=lambda message, report, figure: None):
        """A good report of the clerk, changed before he signs it."""
        message = self.clerk.report(next(self.times))
        change(message, message.yard_report, message.yard_report.figures[0])
        return self.clerk.request(message)

    def each_refused(self, cases):
        for name, reason, request in cases:
            with self.subTest(name):
                self.refused(request, reason)

    def test_envelopes(self):
        """What is wrong with an envelope before anybody reads its payload."""
        def changed(change):
            request = self.report()
            change(request.envelope)
            return request

        def signature(change):
            return changed(lambda envelope: change(envelope.signatures[0]))

        payload_type = messages.PAYLOAD_TYPE
        no_chain = self.officer.request(self.officer.report(next(self.times)))
        del no_chain.chains[:]
        other_chain = self.officer.request(self.officer.report(next(self.times)))
        other_chain.chains[0].certificates[0] = self.clerk.chain[0]
        self.each_refused([
            ("unsigned", "UNSIGNED", changed(lambda e: e.ClearField("signatures"))),
            ("nothing at all", "UNKNOWN_PAYLOAD_TYPE", changed(lambda e: e.Clear())),
            ("another payload under the signature", "BAD_SIGNATURE",
             changed(lambda e: setattr(e, "payload", e.payload + b"\x0a\x00"))),
            ("a flipped bit in the signature", "BAD_SIGNATURE", signature(
                lambda s: setattr(s, "value", s.value[:-1] + bytes([s.value[-1] ^ 1])))),
            ("a signature of garbage", "BAD_SIGNATURE",
             signature(lambda s: setattr(s, "value", b"\x30\x06garbage"))),
            ("an empty signature", "BAD_SIGNATURE", signature(lambda s: s.ClearField("value"))),
            ("a suite nobody knows", "SUITE_NOT_ALLOWED",
             signature(lambda s: setattr(s, "suite", "rot13"))),
            ("a suite of another key", "SUITE_NOT_ALLOWED",
             signature(lambda s: setattr(s, "suite", "ed25519"))),
            ("SM2, which no domain allows here", "SUITE_NOT_ALLOWED",
             signature(lambda s: setattr(s, "suite", "sm2-sm3"))),
            ("a digest of a wrong length", "MALFORMED_ENVELOPE",
             signature(lambda s: setattr(s, "certificate_sha256", b"short"))),
            ("a certificate nobody holds", "CERTIFICATE_NOT_HELD",
             signature(lambda s: setattr(s, "certificate_sha256", bytes(32)))),
            ("no chain before the first use", "CERTIFICATE_NOT_HELD", no_chain),
            ("the chain of somebody else", "CERTIFICATE_NOT_HELD", other_chain),
            ("two signatures by one signer", "DUPLICATE_SIGNER",
             changed(lambda e: e.signatures.add().CopyFrom(e.signatures[0]))),
            ("signed alone and in a batch", "MALFORMED_ENVELOPE",
             changed(lambda e: setattr(e.batch, "head_payload", b"gatepost-batch/v1\n"))),
            ("another payload type", "UNKNOWN_PAYLOAD_TYPE",
             self.clerk.request(self.clerk.report(next(self.times)), "text/plain")),
            ("a later major version", "UNKNOWN_PAYLOAD_TYPE",
             self.clerk.request(self.clerk.report(next(self.times)),
                                payload_type.replace(".v1+", ".v2+"))),
            ("a payload type without end", "UNKNOWN_PAYLOAD_TYPE",
             self.clerk.request(self.clerk.report(next(self.times)), LONG)),
            ("a payload that is no Message", "MALFORMED_PAYLOAD",
             self.clerk.request(b"\xff\xfe these are no fields")),
            ("a payload cut short", "MALFORMED_PAYLOAD",
             self.clerk.request(self.clerk.report(next(self.times)).SerializeToString()[:-3])),
            ("an empty payload", "BAD_SPIFFE_ID", self.clerk.request(b"")),
            ("an envelope above the limit", "TOO_LARGE",
             self.report(lambda m, r, f: setattr(r, "remark", "r" * (1 << 20)))),
        ])

    def test_signers(self):
        """Certificates that may not sign, or not this."""
        folder, root = places.fresh_folder("signers"), issuer.Issuer.of(self.sandbox.vn)
        day = issuer.DAY

        def signed_with(files, author=None):
            other = messages.Author(self.sandbox, "vn-clerk")
            other.chain = messages.read_chain(files[0])
            other.key = messages.serialization.load_pem_private_key(files[1].read_bytes(), None)
            other.spiffe_id = author or other.spiffe_id
            return other.request(other.report(next(self.times)))

        own = self.clerk.spiffe_id
        officer = self.officer.spiffe_id
        foreign = self.sandbox.clients["cn-clerk"]
        tls = self.sandbox.clients["vn-clerk"]
        path = places.pathlib.Path
        stranger = issuer.Issuer.stranger("Practice root langson.practice.example")
        cn_root = issuer.Issuer.of(self.sandbox.cn)
        issue = lambda by, name, **more: by.issue(folder, name, more.pop("id", own), signing=True,
                                                  **more)
        self.each_refused([
            ("an author other than the signer", "AUTHOR_NOT_SIGNER",
             signed_with(issue(root, "officer"), author=officer)),
            ("an expired certificate", "CERTIFICATE_EXPIRED",
             signed_with(issue(root, "old", begin=-3 * day, end=-day))),
            ("a certificate of tomorrow", "CERTIFICATE_NOT_YET_VALID",
             signed_with(issue(root, "new", begin=day))),
            ("a certificate without a SPIFFE id", "BAD_SPIFFE_ID",
             signed_with(issue(root, "nameless", id=""))),
            ("a TLS certificate", "CERTIFICATE_WRONG_USAGE", signed_with(
                (path(tls["tlsCertificateFile"]), path(tls["tlsKeyFile"])))),
            ("a chain of a stranger", "CHAIN_BROKEN", signed_with(issue(stranger, "stranger"))),
            ("a chain of the other side for this side's name", "CROSS_DOMAIN",
             signed_with(issue(cn_root, "crossed"))),
            ("a trust domain nobody knows", "UNKNOWN_TRUST_DOMAIN", signed_with(issue(
                stranger, "elsewhere", id="spiffe://elsewhere.practice.example/agency/a/clerk/b"))),
            ("an auditor as author", "NOT_ALLOWED", signed_with(
                issue(root, "auditor", id="spiffe://langson.practice.example/auditor/desk-1"),
                author="spiffe://langson.practice.example/auditor/desk-1")),
            ("an author of another agency", "NOT_ALLOWED", signed_with(
                issue(root, "agency", id="spiffe://langson.practice.example/agency/port/clerk/a"),
                author="spiffe://langson.practice.example/agency/port/clerk/a")),
            ("an author of the other side", "NOT_ALLOWED", signed_with(
                (path(foreign["signingCertificateFile"]), path(foreign["signingKeyFile"])),
                author=foreign["spiffeId"])),
        ])

    def test_headers(self):
        """What a signed header gets wrong."""
        def header(change):
            return self.report(lambda message, r, f: change(message.header))

        future = lambda h: setattr(h.authored_at.instant, "seconds",
                                   h.authored_at.instant.seconds + 3600)
        no_body = self.clerk.message()
        self.each_refused([
            ("no header", "BAD_SPIFFE_ID",
             self.report(lambda message, r, f: message.ClearField("header"))),
            ("not addressed here", "NOT_ADDRESSED_HERE",
             header(lambda h: setattr(h, "origin_node", "vn-caobang"))),
            ("a recipient without a link", "UNKNOWN_RECIPIENT",
             header(lambda h: h.recipient_nodes.append("cn-nowhere"))),
            ("no recipient", "FIELD_MISSING", header(lambda h: h.ClearField("recipient_nodes"))),
            ("a recipient twice", "FIELD_CONFLICT",
             header(lambda h: h.recipient_nodes.append("cn-pingxiang"))),
            ("seventeen recipients", "MALFORMED_PAYLOAD",
             header(lambda h: h.recipient_nodes.extend(f"cn-{i}" for i in range(16)))),
            ("a node id without end", "MALFORMED_PAYLOAD",
             header(lambda h: setattr(h, "origin_node", LONG))),
            ("no message id", "BAD_MESSAGE_ID", header(lambda h: h.ClearField("message_id"))),
            ("a message id that is no UUIDv7", "BAD_MESSAGE_ID", header(
                lambda h: setattr(h, "message_id", "0194e1a2-7c00-4000-8000-0123456789ab"))),
            ("a message id in capitals", "BAD_MESSAGE_ID",
             header(lambda h: setattr(h, "message_id", messages.uuid7().upper()))),
            ("a message id without end", "BAD_MESSAGE_ID",
             header(lambda h: setattr(h, "message_id", LONG))),
            ("a short salt", "SALT_TOO_SHORT", header(lambda h: setattr(h, "salt", b"salt"))),
            ("a salt without end", "MALFORMED_PAYLOAD",
             header(lambda h: setattr(h, "salt", bytes(100_000)))),
            ("written in the future", "FUTURE_DATE", header(future)),
            ("written at no time", "FIELD_MISSING", header(lambda h: h.ClearField("authored_at"))),
            ("written without a zone", "NO_TIME_ZONE",
             header(lambda h: h.authored_at.ClearField("zone"))),
            ("no body", "FIELD_MISSING", self.clerk.request(no_body)),
            ("an author that is no SPIFFE id", "BAD_SPIFFE_ID",
             header(lambda h: setattr(h, "author", "the clerk"))),
            ("an author without end", "BAD_SPIFFE_ID", header(lambda h: setattr(h, "author", LONG))),
        ])

    def test_reports(self):
        """What a report gets wrong."""
        def figure(change):
            return self.report(lambda message, report, figure: change(figure))

        def report(change):
            return self.report(lambda message, report, figure: change(report))

        def scope(text):
            def change(message, report, figure):
                figure.scope_id = text
                message.header.scope_ids[:] = [text]
            return self.report(change)

        def date(days):
            day = (datetime.datetime.utcnow() + datetime.timedelta(hours=7, days=days)).replace(
                hour=23, minute=59, second=0, microsecond=0)
            return self.clerk.request(self.clerk.report(day))

        def moved_date(r):
            r.business_date.day = 40

        value = lambda number: figure(lambda f: setattr(f.quantity, "value", number))
        period = lambda f: (f.time.period.bounds.start.instant.FromDatetime(NOON),
                            setattr(f, "measure", yard_report_pb2.MEASURE_CLEARED),
                            setattr(f.time.period, "kind",
                                    yard_report_pb2.PERIOD_KIND_SEVERAL_DAYS))
        self.each_refused([
            ("an unknown gate", "UNKNOWN_GATE", scope("LS-NOWHERE")),
            ("a gate name without end", "UNKNOWN_GATE", scope(LONG)),
            ("a mistyped landmark", "UNKNOWN_LANDMARK", scope("1088/2-1098")),
            ("a gate before its time", "GATE_NOT_VALID_ON_DATE", self.clerk.request(
                self.clerk.report(datetime.datetime(2023, 1, 1, 12), "LS-TT-1088"))),
            ("tomorrow", "FUTURE_DATE", date(1)),
            ("a year hence", "FUTURE_DATE", date(365)),
            ("a day that does not exist", "BAD_TIME", report(moved_date)),
            ("no business date", "FIELD_MISSING", report(lambda r: r.ClearField("business_date"))),
            ("no as-of", "FIELD_MISSING", report(lambda r: r.ClearField("as_of"))),
            ("a time without a zone", "NO_TIME_ZONE", report(lambda r: r.as_of.ClearField("zone"))),
            ("a zone nobody knows", "NO_TIME_ZONE",
             report(lambda r: setattr(r.as_of, "zone", "Asia/Atlantis"))),
            ("a zone without end", "NO_TIME_ZONE", report(lambda r: setattr(r.as_of, "zone", LONG))),
            ("a period whose bounds have no zone", "NO_TIME_ZONE", figure(period)),
            ("an instant out of all time", "BAD_TIME",
             report(lambda r: setattr(r.as_of.instant, "seconds", 1 << 60))),
            ("an as-of of another day", "FIELD_CONFLICT",
             report(lambda r: setattr(r.as_of.instant, "seconds",
                                      r.as_of.instant.seconds - 5 * 86400))),
            ("a negative figure", "NEGATIVE_FIGURE", value(-1)),
            ("an absurd figure", "ABSURD_FIGURE", value(1_000_001)),
            ("a figure at the end of numbers", "ABSURD_FIGURE", value((1 << 63) - 1)),
            ("no figures", "FIELD_MISSING", report(lambda r: r.ClearField("figures"))),
            ("no unit", "FIELD_MISSING", figure(lambda f: f.quantity.ClearField("unit"))),
            ("no direction", "FIELD_MISSING", figure(lambda f: f.ClearField("direction"))),
            ("the other side", "WRONG_SIDE", report(lambda r: setattr(r, "reporting_side", "CN"))),
            ("an unknown cargo class", "UNKNOWN_CARGO_CLASS",
             figure(lambda f: setattr(f, "cargo_class", "unicorns"))),
            ("a country in small letters", "MALFORMED_PAYLOAD",
             figure(lambda f: setattr(f, "vehicle_country", "vn"))),
            ("a clerk's override", "OVERRIDE_NOT_ALLOWED",
             report(lambda r: setattr(r.override, "reason", "it is late"))),
            ("a remark without end", "MALFORMED_PAYLOAD",
             report(lambda r: setattr(r, "remark", LONG))),
            ("two thousand and one figures", "TOO_LARGE", report(
                lambda r: r.figures.extend([r.figures[0]] * 2000))),
            ("scopes that are not the body's", "FIELD_CONFLICT", self.report(
                lambda m, r, f: m.header.scope_ids.append("LS-TT"))),
            ("a revision of nothing", "FIELD_MISSING", report(
                lambda r: setattr(r, "revision", yard_report_pb2.REVISION_KIND_REVISION))),
        ])


if __name__ == "__main__":
    unittest.main(verbosity=2)
