#!/usr/bin/python3
"""What is right by itself and wrong after what came before: repeats, reused ids, second originals,
revisions of what is old.
"""

import datetime
import unittest

from support import calls, ledger, messages, poll, sandbox
from gatepost.v1 import receipt_pb2, yard_report_pb2

FIRST = datetime.datetime(2025, 7, 1, 20)


class BadRepeats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("repeat")
        cls.enterClassContext(cls.sandbox)
        cls.clerk = messages.Author(cls.sandbox, "vn-clerk")
        cls.caller = cls.enterClassContext(calls.Caller.of(cls.sandbox, "vn-clerk"))
        cls.times = messages.day_of_reports(FIRST)

    def refused(self, request, reason):
        with self.assertRaises(calls.Refusal) as caught:
            self.caller.submit(request)
        refusal = caught.exception
        self.assertEqual(refusal.reason, reason)
        self.assertTrue(refusal.wanted and refusal.came and refusal.todo, reason)
        return refusal

    def revision_of(self, sent, waiting, kind=yard_report_pb2.REVISION_KIND_REVISION):
        """A revision of a request that was accepted."""
        old = messages.message_pb2.Message.FromString(sent.envelope.payload)
        message = self.clerk.message()
        message.header.scope_ids.extend(old.header.scope_ids)
        message.header.replaces.author = old.header.author
        message.header.replaces.message_id = old.header.message_id
        message.header.replaces.pae_sha256 = ledger.sha256(
            messages.pae(sent.envelope.payload_type, sent.envelope.payload))
        message.yard_report.CopyFrom(old.yard_report)
        message.yard_report.revision = kind
        message.yard_report.revision_reason = "counted again"
        message.yard_report.figures[0].quantity.value = waiting
        return message

    def test_second_original_names_the_first(self):
        """The same scope, side and as-of again: refused, and told which report to revise."""
        as_of = next(self.times)
        first = self.caller.submit(self.clerk.request(self.clerk.report(as_of)))
        refusal = self.refused(self.clerk.request(self.clerk.report(as_of)), "DUPLICATE_REPORT")
        self.assertIn(first.message_id, refusal.came)

    def test_reused_id_with_another_payload(self):
        """The same author and id with other content: refused, and the first stays as it is."""
        request = self.clerk.request(self.clerk.report(next(self.times)))
        first = self.caller.submit_bytes(request.SerializeToString())
        message = messages.message_pb2.Message.FromString(request.envelope.payload)
        message.yard_report.figures[0].quantity.value += 1
        self.refused(self.clerk.request(message), "MESSAGE_ID_REUSED")
        self.assertEqual(self.caller.submit_bytes(request.SerializeToString()), first)

    def test_refused_message_may_come_again_corrected_under_its_id(self):
        """Only what was accepted is remembered."""
        message = self.clerk.report(next(self.times))
        message.yard_report.figures[0].quantity.value = -1
        self.refused(self.clerk.request(message), "NEGATIVE_FIGURE")
        message.yard_report.figures[0].quantity.value = 1
        self.assertEqual(self.caller.submit(self.clerk.request(message)).message_id,
                         message.header.message_id)

    def test_revision_of_what_was_revised(self):
        """Two people revise one report: the second is told that it is old by now."""
        first = self.clerk.request(self.clerk.report(next(self.times)))
        self.caller.submit(first)
        newest = self.caller.submit(self.clerk.request(self.revision_of(first, 98)))
        refusal = self.refused(self.clerk.request(self.revision_of(first, 99)), "STALE_REVISION")
        self.assertIn(newest.message_id, refusal.wanted)

    def test_revision_of_what_is_not_held(self):
        ghost = self.clerk.request(self.clerk.report(next(self.times)))
        self.refused(self.clerk.request(self.revision_of(ghost, 98)), "UNKNOWN_BASE")

    def test_revision_that_names_another_payload(self):
        """The right id with a digest of something else is not the report that is held."""
        first = self.clerk.request(self.clerk.report(next(self.times)))
        self.caller.submit(first)
        message = self.revision_of(first, 98)
        message.header.replaces.pae_sha256 = bytes(32)
        self.refused(self.clerk.request(message), "UNKNOWN_BASE")

    def test_correction_of_nothing_and_of_two_fields(self):
        first = self.clerk.request(self.clerk.report(next(self.times), waiting=97))
        self.caller.submit(first)
        kind = yard_report_pb2.REVISION_KIND_CORRECTION
        self.refused(self.clerk.request(self.revision_of(first, 97, kind)), "NOT_ONE_FIELD")
        two = self.revision_of(first, 98, kind)
        two.yard_report.figures[0].vehicle_country = "CN"
        self.refused(self.clerk.request(two), "NOT_ONE_FIELD")

    def test_failed_sum_stops_and_an_officer_may_pass_it(self):
        """Parts that do not add up to their whole: named in figures, stored nowhere, unless an
        officer signs that they stand."""
        officer = messages.Author(self.sandbox, "vn-officer")

        def report(author, as_of):
            message = author.report(as_of, waiting=1057)
            whole = message.yard_report.figures[0]
            whole.complete_splits.append("export-goods")
            for cargo, number in (("fruit", 533), ("other", 504)):
                part = message.yard_report.figures.add()
                part.CopyFrom(whole)
                part.ClearField("complete_splits")
                part.cargo_class, part.split_id = cargo, "export-goods"
                part.quantity.value = number
            return message

        as_of = next(self.times)
        refusal = self.refused(self.clerk.request(report(self.clerk, as_of)), "SUM_MISMATCH")
        self.assertIn("1,037", str(refusal) + refusal.came + refusal.wanted)
        overridden = report(officer, as_of)
        overridden.yard_report.override.reason = "as published"
        with calls.Caller.of(self.sandbox, "vn-officer") as caller:
            response = caller.submit(officer.request(overridden))
            poll.until("applied at the other side", lambda: caller.status(
                response.message_id).ladders[0].rung == receipt_pb2.RUNG_APPLIED, 20)

    def test_validate_only_stores_nothing(self):
        """Everything is checked and nothing kept, for a good report and for a bad one."""
        before = ledger.Store(self.sandbox.vn.database)
        good = self.clerk.request(self.clerk.report(next(self.times)))
        good.validate_only = True
        answer = self.caller.submit(good)
        self.assertFalse(answer.short_reference or answer.receipt.leaf)
        bad = self.clerk.request(self.clerk.report(next(self.times), waiting=-1))
        bad.validate_only = True
        self.refused(bad, "NEGATIVE_FIGURE")
        after = ledger.Store(self.sandbox.vn.database)
        self.assertEqual(after.leaf_bytes[:len(before.leaf_bytes)], before.leaf_bytes)
        self.assertEqual(after.message_count, before.message_count)
        self.assertNotIn("ACCEPTED",
                         [leaf["event"] for leaf in after.leaves[len(before.leaves):]])


if __name__ == "__main__":
    unittest.main(verbosity=2)
