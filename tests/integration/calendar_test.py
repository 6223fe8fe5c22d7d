#!/usr/bin/python3
"""`hours calendar` in a sandbox, read with a calendar library that shares no code with ours.

Every test uses gates and dates of its own, so that they do not meet each other's notices.
"""

import datetime
import json
import unittest

import icalendar

from support import places, sandbox

ACROSS_SECONDS = 20
UTC = datetime.timezone.utc


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=UTC)


class HoursCalendar(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("calendar")
        cls.enterClassContext(cls.box)
        cls.folder = places.fresh_folder("calendar-files")

    def run_as(self, client, *arguments, exit_code=0):
        done = self.box.gatepost(client, *arguments, check=False)
        self.assertEqual(done.returncode, exit_code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def sent(self, client, *arguments):
        """Sends a notice and waits until the other side has applied it; its short reference."""
        answer = json.loads(self.run_as(client, "--output", "json", "notice", *arguments).stdout)
        reference = answer["shortReference"]
        self.run_as(client, "status", reference, "--wait", "APPLIED", "--timeout",
                    str(ACROSS_SECONDS))
        return reference

    def refused(self, client, *arguments, exit_code):
        done = self.run_as(client, "--output", "json", *arguments, exit_code=exit_code)
        return json.loads(done.stderr.splitlines()[0])

    def events(self, text):
        """The calendar's events by UID."""
        calendar = icalendar.Calendar.from_ical(text)
        self.assertEqual((calendar["VERSION"], calendar["METHOD"]), ("2.0", "PUBLISH"))
        events = calendar.walk("VEVENT")
        by_uid = {str(event["UID"]): event for event in events}
        self.assertEqual(len(by_uid), len(events), "two events of one UID")
        return by_uid

    def printed(self, client, *arguments):
        return self.events(self.run_as(client, "hours", "calendar", *arguments).stdout)

    def written(self, client, file, *arguments):
        done = self.run_as(client, "hours", "calendar", *arguments, "--out", str(file))
        self.assertEqual(done.stdout, "")
        return self.events(file.read_bytes())

    def one(self, events):
        self.assertEqual(len(events), 1, events)
        return next(iter(events.items()))

    def test_a_closure_is_one_event_in_utc(self):
        reference = self.sent("vn-clerk", "closed", "--gate", "1119-1120", "--traffic", "goods",
                              "--from", "2027-02-05H", "--until", "2027-02-08H", "--reason",
                              "holiday")
        before = datetime.datetime.now(UTC).replace(microsecond=0)
        uid, event = self.one(self.printed("vn-clerk", "LS-HN-1119", "--from", "2027-02-01"))
        self.assertEqual(event["DTSTART"].dt, utc(2027, 2, 4, 17))
        self.assertEqual(event["DTEND"].dt, utc(2027, 2, 8, 17))
        self.assertLessEqual(abs(event["DTSTAMP"].dt - before), datetime.timedelta(seconds=60))
        self.assertEqual((event["STATUS"], event["SEQUENCE"], event["TRANSP"]),
                         ("CONFIRMED", 0, "TRANSPARENT"))
        self.assertEqual(event["SUMMARY"], "PRACTICE LS-HN-1119 goods traffic: closed")
        for words in ("2027-02-05 00:00 H (01:00 B) to 2027-02-09 00:00 H (01:00 B)",
                      "regime: closed", "reason: public holiday", f"{reference} closure", "as vn-langson knows it"):
            self.assertIn(words, event["DESCRIPTION"])
        # The other side, from a day in its midst, in Chinese, for few days: the same event.
        there_uid, there = self.one(self.printed(
            "cn-clerk", "LS-HN-1119", "--from", "2027-02-07", "--days", "5", "--lang", "zh",
            "--traffic", "all", "--time-zone", "beijing"))
        self.assertEqual(there_uid, uid)
        self.assertEqual((there["DTSTART"].dt, there["DTEND"].dt),
                         (utc(2027, 2, 4, 17), utc(2027, 2, 8, 17)))
        self.assertIn("2027-02-05 01:00 B (00:00 H)", there["DESCRIPTION"])
        self.assertEqual(self.printed("vn-clerk", "LS-HN-1119", "--from", "2027-03-01"), {})

    def test_an_update_replaces_and_a_cancel_cancels(self):
        file = self.folder / "cm.ics"
        asked = ("LS-CM", "--from", "2027-03-01", "--days", "31")
        closure = self.sent("cn-clerk", "closed", "--gate", "LS-CM", "--from", "2027-03-05B",
                            "--reason", "epidemic")
        uid, first = self.one(self.written("vn-clerk", file, *asked))
        self.assertEqual((first["DTSTART"].dt, first["DTEND"].dt, first["SEQUENCE"]),
                         (utc(2027, 3, 4, 16), utc(2027, 3, 31, 17), 0))
        self.assertIn("it may go on", first["DESCRIPTION"])

        # Nothing new: the same events, the same SEQUENCE.
        same_uid, same = self.one(self.written("vn-clerk", file, *asked))
        self.assertEqual((same_uid, same["SEQUENCE"], same["STATUS"]), (uid, 0, "CONFIRMED"))

        # The gate opens again: the closure's event is replaced by a shorter one.
        resumed = self.sent("cn-clerk", "resume", "--gate", "LS-CM", "--from", "2027-03-10 14:00B",
                            "--until", "2027-03-11B", "--ends", closure, "--regime", "shortened",
                            "--window", "14:00-17:00")
        events = self.written("vn-clerk", file, *asked)
        self.assertEqual((events[uid]["SEQUENCE"], events[uid]["STATUS"], events[uid]["DTEND"].dt),
                         (1, "CONFIRMED", utc(2027, 3, 10, 6)))
        opened = {each: event for each, event in events.items() if "open" in event["SUMMARY"]}
        self.assertEqual([event["DTSTART"].dt for event in opened.values()],
                         [utc(2027, 3, 10, 6), utc(2027, 3, 11, 6)])
        added = set(events) - {uid}
        self.assertTrue(all(events[each]["SEQUENCE"] == 0 for each in added))

        # The resumption is void: its events are cancelled, the closure's goes on again.
        self.sent("cn-officer", "cancel", resumed, "--outcome", "postponed")
        events = self.written("vn-clerk", file, *asked)
        self.assertEqual((events[uid]["SEQUENCE"], events[uid]["STATUS"], events[uid]["DTEND"].dt),
                         (2, "CONFIRMED", utc(2027, 3, 31, 17)))
        self.assertEqual(set(events), {uid} | added)
        for each in added:
            self.assertEqual((events[each]["SEQUENCE"], events[each]["STATUS"]), (1, "CANCELLED"))

        # The closure is void too; what was cancelled stays as it is.
        self.sent("cn-officer", "cancel", closure)
        events = self.written("vn-clerk", file, *asked)
        self.assertEqual((events[uid]["SEQUENCE"], events[uid]["STATUS"]), (3, "CANCELLED"))
        again = self.written("vn-clerk", file, *asked)
        for each in events:
            self.assertEqual((again[each]["SEQUENCE"], again[each]["STATUS"]),
                             (events[each]["SEQUENCE"], "CANCELLED"))
        self.assertEqual([path.name for path in self.folder.glob("cm*")], ["cm.ics"])

    def test_daily_windows_are_the_same_events_from_any_day(self):
        """A window each day; nights between them cross the midnight at which an answer begins."""
        closure = self.sent("cn-clerk", "closed", "--gate", "LS-BN", "--from", "2027-04-01B")
        self.sent("cn-clerk", "resume", "--gate", "LS-BN", "--from", "2027-04-03B", "--until",
                  "2027-05-31B", "--ends", closure, "--regime", "shortened", "--window",
                  "08:00-12:00", "--window", "13:00-17:00")
        month = self.printed("vn-clerk", "LS-BN", "--from", "2027-04-01", "--days", "30")
        for first in ("2027-04-02", "2027-04-10", "2027-04-30"):
            day = self.printed("cn-clerk", "LS-BN", "--from", first, "--days", "1")
            self.assertLessEqual(set(day), set(month), first)
            for uid, event in day.items():
                self.assertEqual(event["DTSTART"].dt, month[uid]["DTSTART"].dt)
        opened = [event for event in day.values() if "open" in event["SUMMARY"]]
        self.assertEqual([(event["DTSTART"].dt, event["DTEND"].dt) for event in opened],
                         [(utc(2027, 4, 30, 0), utc(2027, 4, 30, 4)),
                          (utc(2027, 4, 30, 5), utc(2027, 4, 30, 9))])

    def test_what_was_not_asked_about_stays(self):
        file = self.folder / "dd.ics"
        self.sent("vn-officer", "stop-intake", "--gate", "LS-DD", "--cargo", "fruit", "--from",
                  "2027-01-17H", "--until", "2027-01-20H", "--reason", "peak")
        uid, event = self.one(self.written("vn-clerk", file, "LS-DD", "--from", "2027-01-01"))
        self.assertIn("fruit: nothing new is accepted", event["SUMMARY"])
        later_uid, later = self.one(
            self.written("vn-clerk", file, "LS-DD", "--from", "2027-02-01"))
        self.assertEqual((later_uid, later["SEQUENCE"], later["STATUS"]), (uid, 0, "CONFIRMED"))

    def test_bad_ones(self):
        other = self.folder / "other.ics"
        other.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//1//EN\r\n"
                         "END:VCALENDAR\r\n")
        ours = self.folder / "ours.ics"
        self.written("vn-clerk", ours, "LS-CM", "--from", "2028-01-01")
        kept = ours.read_bytes()
        to = ("hours", "calendar", "LS-CM", "--from", "2028-01-01", "--out")
        for client, arguments, reason, exit_code in (
                ("vn-clerk", (*to, str(other)), "BAD_ARGUMENT", 2),
                ("vn-clerk", (*to, str(self.folder)), "BAD_ARGUMENT", 2),
                ("vn-clerk", (*to, str(ours), "--traffic", "goods"), "BAD_ARGUMENT", 2),
                ("vn-clerk", ("hours", "calendar", "LS-DD", "--out", str(ours)), "BAD_ARGUMENT", 2),
                ("cn-clerk", (*to, str(ours)), "BAD_ARGUMENT", 2),
                ("vn-clerk", (*to, str(self.folder / "none" / "a.ics")), "STORE_FAILED", 1),
                ("vn-clerk", ("hours", "calendar", "119-1120"), "UNKNOWN_LANDMARK", 1)):
            refusal = self.refused(client, *arguments, exit_code=exit_code)
            self.assertEqual(refusal["reason"], "REASON_" + reason, arguments)
        self.assertIn("Example", other.read_text())
        self.assertEqual(ours.read_bytes(), kept)

    def test_wrong_use(self):
        """The word belongs to `hours`, whose own options mean nothing with it."""
        for arguments in (("hours",), ("hours", "calendar"),
                          ("hours", "LS-CM", "calendar", "LS-DD"),
                          ("hours", "calendar", "LS-CM", "--week"),
                          ("hours", "--traffic", "goods", "calendar", "LS-CM"),
                          ("hours", "calendar", "LS-CM", "--days", "63"),
                          ("hours", "calendar", "LS-CM", "--days", "0")):
            self.run_as("vn-clerk", *arguments, exit_code=2)
        self.assertIn("as vn-langson knew it", self.run_as("vn-clerk", "hours", "LS-CM").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
