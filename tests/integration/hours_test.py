#!/usr/bin/python3
"""Notices and the question what is in force, as officers of both sides type them, in a sandbox.

Every test uses gates and dates of its own, so that they do not meet each other's notices.
"""

import csv
import datetime
import io
import json
import unittest

from support import poll, sandbox

ACROSS_SECONDS = 20


class Hours(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("hours")
        cls.enterClassContext(cls.box)

    def run_as(self, client, *arguments, exit_code=0):
        done = self.box.gatepost(client, *arguments, check=False)
        self.assertEqual(done.returncode, exit_code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def sent(self, client, *arguments):
        """Sends a notice and waits until the other side has applied it; its short reference."""
        return self.sent_as(client, "notice", *arguments)

    def sent_as(self, client, *arguments):
        answer = json.loads(self.run_as(client, "--output", "json", *arguments).stdout)
        reference = answer["shortReference"]
        self.run_as(client, "status", reference, "--wait", "APPLIED", "--timeout",
                    str(ACROSS_SECONDS))
        return reference

    def refused(self, client, *arguments, exit_code=1):
        done = self.run_as(client, "--output", "json", *arguments, exit_code=exit_code)
        return json.loads(done.stderr.splitlines()[0])

    def hours(self, client, *arguments):
        """Rows of the answer as (gate, traffic, from, state, what says so)."""
        done = self.run_as(client, "--output", "csv", "hours", *arguments)
        return [(row["gate"], row["traffic"].removeprefix("TRAFFIC_"), row["from"],
                 row["state"].removeprefix("OPENING_"), row["says"])
                for row in csv.DictReader(io.StringIO(done.stdout))]

    def test_a_closure_is_in_force_on_both_sides(self):
        """A holiday closure of goods at one gate; each side reads it in its own zone first."""
        reference = self.sent("vn-clerk", "closed", "--gate", "1119-1120", "--traffic", "goods",
                              "--from", "2027-02-05H", "--until", "2027-02-08H", "--reason",
                              "holiday", "--letter", "12/TB", "--issuer", "Board")
        goods = ("--traffic", "goods")
        for client, kind in (("vn-clerk", reference), ("cn-clerk", None)):
            for typed, state in (("2027-02-04 23:59H", "UNKNOWN"), ("2027-02-05 01:00B", "CLOSED"),
                                 ("2027-02-08 23:59H", "CLOSED"), ("2027-02-09 01:00B", "UNKNOWN")):
                [row] = self.hours(client, "LS-HN-1119", "--at", typed, *goods)
                self.assertEqual((row[0], row[1], row[3]), ("LS-HN-1119", "GOODS", state), typed)
                if state == "CLOSED":
                    self.assertRegex(row[4], f"{kind or 'PX/'}.* closure")
        text = self.run_as("cn-clerk", "hours", "友谊关货运专用通道",
                           "--day", "2027-02-05").stdout
        self.assertIn("as cn-pingxiang knew it at", text)
        self.assertIn("2027-02-05 01:00 B (00:00 H)", text)
        listed = self.run_as("cn-clerk", "inbox").stdout
        self.assertIn("notice VN: closure", listed)

    def test_a_resumption_and_a_cancellation(self):
        closure = self.sent("cn-clerk", "closed", "--gate", "LS-CM", "--from", "2027-03-01B",
                            "--reason", "epidemic")
        later = ("LS-CM", "--at", "2027-03-20 12:00B")
        self.assertEqual(self.hours("cn-clerk", *later)[0][3], "CLOSED")
        resumed = self.sent("cn-clerk", "resume", "--gate", "LS-CM", "--from", "2027-03-10 14:00B",
                            "--until", "2027-03-20B", "--ends", closure, "--regime", "shortened",
                            "--window", "14:00-17:00")
        day = self.hours("vn-clerk", "LS-CM", "--day", "2027-03-10")
        self.assertEqual([(row[2][11:16], row[3]) for row in day],
                         [("00:00", "CLOSED"), ("13:00", "OPEN"), ("16:00", "CLOSED")])
        self.sent("cn-officer", "cancel", resumed, "--outcome", "postponed")
        self.assertEqual(self.hours("vn-clerk", *later)[0][3], "CLOSED")
        refusal = self.refused("vn-clerk", "notice", "cancel", "LS/2026/99999")
        self.assertEqual(refusal["reason"], "REASON_NOT_FOUND")

    def test_earlier_knowledge(self):
        before = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        self.sent("vn-officer", "stop-intake", "--gate", "LS-DD", "--cargo", "fruit", "--from",
                  "2027-01-17H", "--until", "2027-02-05H", "--reason", "peak")
        now = self.run_as("vn-clerk", "--output", "json", "hours", "LS-DD", "--at",
                          "2027-01-20 12:00H").stdout
        self.assertIn("intakeStopped", now)
        then = self.run_as("vn-clerk", "--output", "json", "hours", "LS-DD", "--at",
                           "2027-01-20 12:00H", "--as-known-at", before).stdout
        self.assertNotIn("intakeStopped", then)

    def test_what_was_seen(self):
        """N26: stopped with no notice."""
        self.sent("vn-clerk", "observed", "--gate", "LS-NH", "--since", "00:00H", "--answer-by",
                  "23:59H")
        text = poll.until("the observation there", lambda: self.run_as(
            "cn-clerk", "hours", "LS-NH", "--at", "00:10H").stdout, ACROSS_SECONDS)
        self.assertIn("no notice received; answer asked by", text)

    def test_heard_relative_to_the_hours_before(self):
        """N22: closes at eight, opens as before; what was only heard is kept as it was said."""
        span = ("--gate", "LS-CM", "--from", "2027-06-01H", "--channel", "call", "--heard-at",
                "00:00H", "--issuer", "Ningming")
        heard = self.sent_as("vn-clerk", "transcript", *span, "--closes", "20:00", "--regime",
                             "as-before")
        self.assertIn("as before", self.run_as("vn-clerk", "show", heard).stdout)
        self.assertIn("UNCONFIRMED", self.run_as("cn-clerk", "hours", "LS-CM", "--at",
                                                 "2027-06-02 12:00H").stdout)
        self.refused("vn-clerk", "transcript", *span, "--closes", "20:00", "--shift", "-60",
                     exit_code=2)

    def test_heard_confirmed_and_read(self):
        """A letter that was only heard of, the signed notice that confirms it, and its reader."""
        span = ("--gate", "LS-PN", "--from", "2027-04-01B", "--until", "2027-04-05B")
        self.sent_as("vn-clerk", "transcript", *span, "--channel", "letter", "--heard-at", "00:00H",
                     "--issuer", "Ningming", "--letter", "29", "--regime", "closed")
        at = ("LS-PN", "--at", "2027-04-02 12:00H")
        self.assertIn("UNCONFIRMED", self.run_as("vn-clerk", "hours", *at).stdout)
        self.assertEqual(self.hours("vn-clerk", *at)[0][3], "UNKNOWN")
        rows = csv.DictReader(io.StringIO(
            self.run_as("cn-clerk", "--output", "csv", "inbox", "--scope", "LS-PN").stdout))
        notice = self.sent("cn-clerk", "closed", *span, "--reason", "infrastructure", "--confirms",
                           next(rows)["reference"])
        self.assertEqual(self.hours("vn-clerk", *at)[0][3], "CLOSED")
        self.assertNotIn("UNCONFIRMED", self.run_as("vn-clerk", "hours", *at).stdout)
        rows = csv.DictReader(io.StringIO(
            self.run_as("vn-clerk", "--output", "csv", "inbox", "--scope", "LS-PN").stdout))
        self.run_as("vn-clerk", "ack", next(rows)["reference"], "--answer-by", "23:59H")
        self.run_as("cn-clerk", "status", notice, "--wait", "READ", "--timeout",
                    str(ACROSS_SECONDS))

    def test_bad_ones(self):
        closed = ("notice", "closed", "--gate", "LS-CM")
        for arguments, reason in (
                ((*closed, "--from", "2027-02-05"), "NO_TIME_ZONE"),
                ((*closed, "--from", "2027-02-05H", "--until", "2027-02-04H"), "BAD_TIME"),
                (("notice", "closed", "--gate", "119-1120", "--from", "2027-02-05H"),
                 "UNKNOWN_LANDMARK"),
                ((*closed, "--from", "2027-02-05H", "--cargo", "unicorns"), "UNKNOWN_CARGO_CLASS"),
                (("notice", "observed", "--gate", "LS-CM", "--since", "2030-01-01 10:00H"),
                 "FUTURE_DATE"),
                (("hours", "LS-CM", "--at", "15:45"), "NO_TIME_ZONE")):
            refusal = self.refused("vn-clerk", *arguments)
            self.assertEqual(refusal["reason"], "REASON_" + reason, arguments)
        auditor = self.refused("vn-auditor", *closed, "--from", "2027-02-05H", exit_code=4)
        self.assertEqual(auditor["reason"], "REASON_NOT_ALLOWED")

    def test_the_calendars_of_2026_do_not_match(self):
        """N12: off and on at different days, make-up working days, lunar dates of both countries."""
        done = self.run_as("cn-auditor", "--output", "csv", "holiday", "days", "--from",
                           "2026-02-13", "--days", "16")
        days = {row["date"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
        wanted = {"2026-02-13": ("WORKING", "WORKING", "26 Chạp", "腊月廿六"),
                  "2026-02-14": ("OFF_HOLIDAY", "MAKE_UP_WORKDAY", "27 Chạp", "腊月廿七"),
                  "2026-02-17": ("OFF_HOLIDAY", "OFF_HOLIDAY", "mùng 1 Tết", "正月初一"),
                  "2026-02-23": ("WORKING", "OFF_HOLIDAY", "mùng 7 tháng Giêng", "正月初七"),
                  "2026-02-28": ("OFF_WEEKEND", "MAKE_UP_WORKDAY", "12 tháng Giêng", "正月十二")}
        for date, (vn, cn, vn_lunar, cn_lunar) in wanted.items():
            row = days[date]
            self.assertEqual((row["vn"].removeprefix("DAY_STATUS_"), row["cn"].removeprefix(
                "DAY_STATUS_"), row["vn_lunar"], row["cn_lunar"]), (vn, cn, vn_lunar, cn_lunar))
        text = self.run_as("vn-clerk", "holiday", "days", "--from", "2026-02-14", "--days",
                           "1").stdout
        self.assertIn("off/on", text)
        self.assertIn("State Council", text)

    def test_a_dry_run_sends_nothing(self):
        before = self.run_as("vn-clerk", "--output", "json", "outbox").stdout
        shown = self.run_as("vn-clerk", "notice", "closed", "--gate", "LS-BN", "--from",
                            "2027-02-05 18:00B", "--dry-run")
        self.assertIn("2027-02-05 17:00 H (18:00 B), open end", shown.stderr)
        self.assertEqual(self.run_as("vn-clerk", "--output", "json", "outbox").stdout, before)

    def test_gate_days_without_a_report_say_why(self):
        """Tet 2026 at one gate: nothing came, one day came late, and a line `not reported`."""
        self.sent_as("vn-clerk", "yard", "send", "--date", "2026-02-20", "--set",
                     "LS-TT-1088/waiting=5", "--set", "LS-CN/waiting=-")
        for client in ("vn-clerk", "cn-clerk"):
            done = self.run_as(client, "--output", "csv", "yard", "missing", "--from", "2026-02-13",
                               "--to", "2026-02-24", "--side", "VN", "LS-TT-1088", "LS-CN")
            rows = {(row["business_date"], row["gate"]): row
                    for row in csv.DictReader(io.StringIO(done.stdout))}
            self.assertEqual(len(rows), 24)
            late = rows["2026-02-20", "LS-TT-1088"]
            self.assertEqual(late["status"], "GATE_DAY_STATUS_REPORTED_LATE")
            self.assertTrue(late["report"])
            silent = rows["2026-02-20", "LS-CN"]
            self.assertEqual(silent["status"], "GATE_DAY_STATUS_MISSING")
            self.assertTrue(silent["not_reported"])
            before = rows["2026-02-14", "LS-CN"]
            self.assertEqual((before["why"], before["vn_day"], before["cn_day"]),
                             ("GATE_DAY_WHY_NOTHING_AGREED", "DAY_STATUS_OFF_HOLIDAY",
                              "DAY_STATUS_MAKE_UP_WORKDAY"))
            self.assertEqual(before["due"], "2026-02-14T20:30:00+07:00")
        text = self.run_as("cn-clerk", "--lang", "zh", "yard", "missing", "--from", "2026-02-20",
                           "--to", "2026-02-20").stdout
        self.assertIn("缺报", text)
        self.assertIn("21:30 B (20:30 H)", text)
        self.assertEqual(self.refused("vn-clerk", "yard", "missing", "--from", "2024-01-01",
                                      "--to", "2026-01-01", exit_code=2)["reason"],
                         "REASON_BAD_ARGUMENT")

    def test_observed_hours_and_lead_times(self):
        """Seen to open and close on one day, and a stop that nobody announced, at one gate."""
        day = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).date()
        seen = ("seen", "--gate", "LS-NN", "--traffic", "goods", "--at")
        self.sent("vn-clerk", *seen, f"{day} 07:12H", "--opened")
        reference = self.sent("cn-clerk", *seen, f"{day} 17:00B", "--closed")
        month = ("--month", f"{day:%Y-%m}")
        for client in ("vn-clerk", "cn-clerk"):
            done = self.run_as(client, "--output", "csv", "hours", "observed", "LS-NN", *month)
            [row] = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["seen"]]
            self.assertEqual((row["date"], row["verdict"], row["seen_minutes"]),
                             (str(day), "OBSERVED_VERDICT_NOTHING_AGREED", "528"))
        text = self.run_as("cn-clerk", "hours", "observed", "LS-NN", *month).stdout
        self.assertIn(f"closed 17:00 B (16:00 H) (CN {reference})", text)
        stop = self.sent("vn-clerk", "observed", "--gate", "LS-NN", "--since", f"{day} 18:00H")
        [lead] = [row for row in csv.DictReader(io.StringIO(self.run_as(
            "vn-clerk", "--output", "csv", "hours", "lead-times", "LS-NN", *month).stdout))]
        self.assertEqual((lead["reference"], lead["kind"]), (stop, "observed_stop"))
        self.assertLess(int(lead["lead_minutes"]), -24 * 60)
        self.assertIn("stop seen", self.run_as("cn-clerk", "hours", "lead-times", "LS-NN",
                                               *month).stdout)
        self.run_as("vn-clerk", "hours", "observed", "LS-NN", "--month", "2026-13", exit_code=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
