#!/usr/bin/python3
"""Agreements as officers of both sides type them, in a sandbox where vn-langson decides.

Every test uses gates of its own, so that no agreement touches another one's hours. What is agreed
must begin later than now: the days are those of next February.
"""

import base64
import csv
import datetime
import hashlib
import io
import json
import unittest

import icalendar

from support import messages, poll, sandbox

ACROSS_SECONDS = 20
YEAR = datetime.datetime.now(datetime.UTC).year + 1
DAYS = ("--from", f"{YEAR}-02-05H", "--until", f"{YEAR}-02-08H")
SHORTENED = ("--traffic", "goods", *DAYS, "--regime", "shortened", "--window", "07:00-11:30",
             "--window", "13:00-17:00")
HOLIDAY = ("holiday", "propose", "--occasion", "tet", "--yes")
UNKNOWN = ("BOTH", "UNKNOWN", "")
AFTERNOON, NOON = f"{YEAR}-02-06 14:00H", f"{YEAR}-02-06 12:00H"


class Agreements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("agreement")
        cls.enterClassContext(cls.box)

    def run_as(self, client, *arguments, exit_code=0):
        done = self.box.gatepost(client, *arguments, check=False)
        self.assertEqual(done.returncode, exit_code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def rows(self, client, *arguments):
        done = self.run_as(client, "--output", "csv", *arguments)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def refused(self, client, *arguments, exit_code=1):
        done = self.run_as(client, "--output", "json", *arguments, exit_code=exit_code)
        refusal = json.loads(done.stderr.splitlines()[-1])
        return refusal["reason"].removeprefix("REASON_")

    def sent(self, client, *arguments):
        """Sends a message of a thread; its id, which names it on both sides."""
        answer = json.loads(self.run_as(client, "--output", "json", *arguments).stdout)
        return answer["messageId"]

    def thread(self, client, message_id):
        """The thread of a message; None while this side does not have it."""
        done = self.box.gatepost(client, "--output", "json", "agreement", "show", message_id,
                                 check=False)
        return json.loads(done.stdout)["thread"] if done.returncode == 0 else None

    def decided(self, message_id, state, client=None):
        """Waits until the proposal stands so on both sides, or at `client`'s."""
        def stands(which):
            steps = (self.thread(which, message_id) or {"steps": []})["steps"]
            return any(step["message"]["messageId"] == message_id and
                       step.get("state") == "AGREEMENT_STATE_" + state for step in steps)
        for which in [client] if client else ["vn-auditor", "cn-auditor"]:
            poll.until(f"{state} at {which}", lambda which=which: stands(which), ACROSS_SECONDS)
        return message_id

    def proposed(self, client, *arguments):
        return self.decided(self.sent(client, *arguments), "OPEN")

    def agreed(self, client, *arguments):
        """A proposal of `client` that the officer of the other side has accepted."""
        proposal = self.proposed(client, *arguments)
        other = "cn-officer" if client.startswith("vn") else "vn-officer"
        self.sent(other, "agreement", "accept", proposal, "--yes")
        return self.decided(proposal, "IN_FORCE")

    def hours(self, client, gate, at, *arguments):
        """What is in force, without what only this side calls it: (direction, state, terms)."""
        return sorted((row["direction"].removeprefix("DIRECTION_"),
                       row["state"].removeprefix("OPENING_"), row["says"].partition(" ")[2])
                      for row in self.rows(client, "hours", gate, "--traffic", "goods", "--at", at,
                                           *arguments))

    def both_say(self, gate, at, *wanted):
        for client in ("vn-clerk", "cn-clerk"):
            self.assertEqual(self.hours(client, gate, at), sorted(wanted), (client, gate, at))

    def test_proposed_countered_and_in_force(self):
        """Holiday hours from the first look at them to the calendar that people subscribe to."""
        gate = ("--gate", "LS-HN-1119")
        answer_by = ("--answer-by", f"{YEAR}-01-20 17:00H")
        shown = self.run_as("vn-officer", "holiday", "propose", "--occasion", "tet", *gate,
                            *SHORTENED, *answer_by, "--dry-run")
        self.assertRegex(shown.stdout, rf"LS-HN-1119 .*{YEAR}-02-06 +\? +07:00-11:30, 13:00-17:00 "
                                       r"H \(08:00-12:30, 14:00-18:00 B\), shorter hours")
        self.assertIn("nothing was sent: it would be accepted", shown.stdout)
        self.assertNotIn("LS-HN-1119", self.run_as("vn-officer", "agreement", "list").stdout)

        first = self.proposed("vn-officer", *HOLIDAY, *gate, *SHORTENED, *answer_by)
        [listed] = [row for row in self.rows("cn-officer", "agreement", "list", "--to-answer")
                    if row["gates"] == "LS-HN-1119"]
        self.assertEqual((listed["kind"], listed["state"], listed["sequencer_node"]),
                         ("holiday_hours", "OPEN", "vn-langson"))
        self.assertNotIn("LS-HN-1119",
                         self.run_as("vn-officer", "agreement", "list", "--to-answer").stdout)
        text = self.run_as("cn-officer", "agreement", "show", listed["reference"]).stdout
        self.assertIn("08:00 B (07:00 H) to 12:30 B (11:30 H)", text)
        self.assertIn(f"answer by  {YEAR}-01-20 18:00 B (17:00 H)", text)

        counter = self.decided(self.sent(
            "cn-officer", "agreement", "counter", listed["reference"], *gate, "--traffic", "goods",
            *DAYS, "--regime", "shortened", "--window", "13:00-17:00", *answer_by, "--yes"), "OPEN")
        self.decided(first, "COUNTERED")
        [difference] = self.rows("vn-officer", "agreement", "diff", first, counter)
        self.assertEqual((difference["mark"], difference["gates"], difference["what"]),
                         ("~", "LS-HN-1119", "hours"))
        self.assertEqual(difference["is"], "13:00 H (14:00 B) to 17:00 H (18:00 B)")

        # What was countered is no more to be had, and nobody accepts for the other side.
        self.assertEqual(self.refused("cn-officer", "agreement", "accept", first, "--yes"),
                         "NOT_OPEN")
        self.assertEqual(self.refused("cn-officer", "agreement", "accept", counter, "--yes"),
                         "NOT_YOUR_ACT")

        before = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
        self.both_say("LS-HN-1119", AFTERNOON, UNKNOWN)
        acceptance = self.sent("vn-officer", "agreement", "accept", counter, "--yes")
        self.decided(counter, "IN_FORCE")
        self.both_say("LS-HN-1119", AFTERNOON, ("BOTH", "OPEN", "holiday hours"))
        self.both_say("LS-HN-1119", NOON, ("BOTH", "CLOSED", "holiday hours"))
        for client in ("vn-clerk", "cn-clerk"):
            self.assertEqual(self.hours(client, "LS-HN-1119", AFTERNOON, "--as-known-at", before),
                             [UNKNOWN])
            cited = json.loads(self.run_as(client, "--output", "json", "hours", "LS-HN-1119",
                                           "--at", AFTERNOON).stdout)
            self.assertIn(counter, json.dumps(cited))
        self.check_evidence([first, counter, acceptance])
        self.check_matrix_and_calendar(counter)

    def check_evidence(self, message_ids):
        """Both sides show the same bytes, digests and decisions, and when each of them knew."""
        vn, cn = (self.thread(client, message_ids[0]) for client in ("vn-auditor", "cn-auditor"))
        results = ["OPEN", "COUNTERED", "IN_FORCE"]
        for thread in (vn, cn):
            self.assertEqual(thread["state"], "AGREEMENT_STATE_IN_FORCE")
            self.assertEqual([step["message"]["messageId"] for step in thread["steps"]],
                             message_ids)
            self.assertEqual([step["act"] for step in thread["steps"]],
                             ["propose", "counter", "accept"])
            leaves = []
            for step, result in zip(thread["steps"], results):
                envelope = step["message"]["envelope"]
                signed = messages.pae(envelope["payloadType"],
                                      base64.b64decode(envelope["payload"]))
                self.assertEqual(base64.b64decode(step["message"]["paeSha256"]),
                                 hashlib.sha256(signed).digest())
                self.assertIn("signaturesSha256", step["message"])
                self.assertIn("storedAt", step["message"])
                self.assertIn("knownThereAt", step)
                [decision] = step["decisions"]
                self.assertEqual(decision["result"], result)
                self.assertIn("knownHereAt", decision)
                leaves.append(int(decision["place"]["leafIndex"]))
            self.assertEqual(leaves, sorted(set(leaves)))
            self.assertEqual(int(thread["lastDecision"]["leafIndex"]), leaves[-1])
        for here, there in zip(vn["steps"], cn["steps"]):
            self.assertEqual(here["message"]["envelope"], there["message"]["envelope"])
            self.assertEqual(here["message"]["paeSha256"], there["message"]["paeSha256"])
            for key in ("result", "place"):
                self.assertEqual(here["decisions"][0][key], there["decisions"][0][key])
            self.assertEqual(here["decisions"][0]["decidedAt"]["instant"],
                             there["decisions"][0]["decidedAt"]["instant"])
            # Known there, as their leaf says it, is when they stored it.
            for own, other in ((here, there), (there, here)):
                if own["message"]["originNode"] == ("vn-langson" if own is here
                                                    else "cn-pingxiang"):
                    self.assertEqual(own["knownThereAt"]["instant"],
                                     other["message"]["storedAt"])

    def check_matrix_and_calendar(self, agreement):
        span = ("--from", f"{YEAR}-02-04", "--to", f"{YEAR}-02-09")
        text = self.run_as("vn-clerk", "holiday", "matrix", "LS-HN-1119", *span).stdout
        self.assertRegex(text, "(?m)^VN/CN ")
        self.assertIn("13:00-17:00 H = 14:00-18:00 B", text)
        table = {row["date"]: row for row in self.rows("cn-clerk", "holiday", "matrix",
                                                       "LS-HN-1119", *span)}
        self.assertEqual(len(table), 6)
        row = table[f"{YEAR}-02-06"]
        self.assertEqual((row["zone"], row["hours"], row["other_zone"], row["other_hours"],
                          row["regime"], row["known"]),
                         ("B", "14:00-18:00", "H", "13:00-17:00", "REGIME_SHORTENED", "yes"))
        self.assertEqual((table[f"{YEAR}-02-04"]["hours"], table[f"{YEAR}-02-04"]["known"]),
                         ("", "no"))
        opened = {}
        for client in ("vn-clerk", "cn-clerk"):
            printed = self.run_as(client, "hours", "calendar", "LS-HN-1119", "--from",
                                  f"{YEAR}-02-06", "--days", "1").stdout
            events = icalendar.Calendar.from_ical(printed).walk("VEVENT")
            [event] = [event for event in events if "open" in event["SUMMARY"]]
            self.assertIn(agreement, event["UID"])
            self.assertIn("holiday hours", event["DESCRIPTION"])
            utc = datetime.UTC
            self.assertEqual((event["DTSTART"].dt, event["DTEND"].dt),
                             (datetime.datetime(YEAR, 2, 6, 6, tzinfo=utc),
                              datetime.datetime(YEAR, 2, 6, 10, tzinfo=utc)))
            opened[client] = str(event["UID"])
        self.assertEqual(opened["vn-clerk"], opened["cn-clerk"])

    def test_rejected_and_withdrawn(self):
        """Each side proposes once and is refused once; nothing comes into force."""
        schedule = ("schedule", "propose", "--gate", "LS-CM", "--from", f"{YEAR}-03-01H",
                    "--window", "07:00-19:00", "--yes")
        rejected = self.proposed("cn-officer", *schedule)
        self.run_as("vn-officer", "agreement", "reject", rejected, "--remark", "too late for us")
        self.decided(rejected, "REJECTED")
        text = self.run_as("cn-officer", "agreement", "show", rejected).stdout
        self.assertIn('"too late for us"', text)
        withdrawn = self.proposed("cn-officer", *schedule)
        self.assertEqual(self.refused("vn-officer", "agreement", "withdraw", withdrawn),
                         "NOT_YOUR_ACT")
        self.assertEqual(self.refused("cn-officer", "agreement", "reject", withdrawn),
                         "NOT_YOUR_ACT")
        self.run_as("cn-officer", "agreement", "withdraw", withdrawn)
        self.decided(withdrawn, "WITHDRAWN")
        self.assertEqual(self.refused("vn-officer", "agreement", "accept", withdrawn, "--yes"),
                         "NOT_OPEN")
        self.both_say("LS-CM", f"{YEAR}-03-02 08:00H", UNKNOWN)

    def test_one_direction_is_amended(self):
        """Exports stay open longer on one day; everything else is as agreed before."""
        agreement = self.agreed("vn-officer", *HOLIDAY, "--gate", "LS-DD", *SHORTENED)
        longer = ("--gate", "LS-DD", "--traffic", "goods", "--direction", "export", "--from",
                  f"{YEAR}-02-06H", "--until", f"{YEAR}-02-06H", "--regime", "extended", "--window",
                  "07:00-19:00")
        shown = self.run_as("vn-officer", "agreement", "amend", agreement, *longer, "--dry-run")
        self.assertIn(f"stays      {agreement}", shown.stdout)
        self.assertRegex(shown.stdout, r"07:00-11:30, 13:00-17:00 H \(08:00-12:30, 14:00-18:00 B\),"
                                       r" shorter hours +07:00-19:00 H \(08:00-20:00 B\)")
        amendment = self.agreed("vn-officer", "agreement", "amend", agreement, *longer, "--yes")
        self.decided(agreement, "IN_FORCE")
        holiday = "holiday hours"
        self.both_say("LS-DD", f"{YEAR}-02-06 18:00H", ("BOTH", "CLOSED", holiday),
                      ("VN_TO_CN", "OPEN", holiday))
        text = self.run_as("cn-clerk", "--output", "json", "hours", "LS-DD", "--at",
                           f"{YEAR}-02-06 18:00H").stdout
        self.assertIn(amendment, text)
        for row in self.hours("cn-clerk", "LS-DD", f"{YEAR}-02-07 18:00H"):
            self.assertEqual(row[1:], ("CLOSED", holiday))
        self.assertEqual(self.refused("cn-officer", "agreement", "amend", agreement, "--gate",
                                      "LS-BN", "--from", f"{YEAR}-02-06H", "--all-day",
                                      exit_code=2), "BAD_ARGUMENT")

    def test_a_matrix_of_several_rules(self):
        """What a matrix leaves blank is named; several rules are typed in one command."""
        first = f"from={YEAR}-02-05H until={YEAR}-02-06H regime=closed"
        matrix = (*HOLIDAY, "--gate", "LS-CM", "--traffic", "goods", "--rule", first, "--rule")
        refused = self.run_as("vn-officer", *matrix, f"from={YEAR}-02-08H until={YEAR}-02-08H",
                              exit_code=1).stderr
        self.assertIn("refused: MISSING_CELL", refused)
        self.assertIn(f"none at LS-CM on {YEAR}-02-07: GOODS, both directions", refused)
        proposal = self.proposed(
            "vn-officer", *matrix,
            f"from={YEAR}-02-07H until={YEAR}-02-08H regime=shortened window=07:00-11:30")
        shown = self.run_as("cn-officer", "agreement", "accept", proposal, "--dry-run").stdout
        self.assertRegex(shown, rf"LS-CM .*{YEAR}-02-05 +\? +closed")
        self.assertRegex(shown, rf"LS-CM .*{YEAR}-02-07 +\? +08:00-12:30 B \(07:00-11:30 H\)")
        [listed] = [row for row in self.rows("cn-officer", "agreement", "list", "--to-answer")
                    if row["gates"] == "LS-CM"]
        self.assertEqual(listed["state"], "OPEN")
        self.sent("cn-officer", "agreement", "accept", proposal, "--yes")
        self.decided(proposal, "IN_FORCE")
        self.both_say("LS-CM", AFTERNOON, ("BOTH", "CLOSED", "holiday hours"))

    def test_terminated(self):
        """An agreement ends before its last day; both sides answer unknown from then on."""
        agreement = self.agreed("cn-officer", *HOLIDAY, "--gate", "LS-BN", *SHORTENED)
        termination = self.agreed("cn-officer", "agreement", "terminate", agreement, "--effective",
                                  f"{YEAR}-02-07H", "--yes")
        self.decided(agreement, "ENDED")
        self.both_say("LS-BN", f"{YEAR}-02-06 14:00H", ("BOTH", "OPEN", "holiday hours"))
        self.both_say("LS-BN", f"{YEAR}-02-07 14:00H", UNKNOWN)
        for client in ("vn-auditor", "cn-auditor"):
            decisions = self.thread(client, agreement)["steps"][0]["decisions"]
            self.assertEqual([decision["result"] for decision in decisions], ["OPEN", "ENDED"])
        self.assertEqual(self.thread("cn-auditor", termination)["kind"], "termination")
        for again in (("terminate", agreement, "--effective", f"{YEAR}-02-08H"),
                      ("amend", agreement, "--gate", "LS-BN", *SHORTENED)):
            self.assertEqual(self.refused("vn-officer", "agreement", *again), "NOT_IN_FORCE")

    def test_what_is_not_allowed_or_too_late(self):
        holiday = (*HOLIDAY, "--gate", "LS-NH")
        self.assertEqual(self.refused("vn-clerk", *holiday, *SHORTENED, exit_code=4), "NOT_ALLOWED")
        self.assertEqual(self.refused("vn-auditor", *holiday, *SHORTENED, exit_code=4),
                         "NOT_ALLOWED")
        yesterday = datetime.date.today() - datetime.timedelta(days=1)
        passed = (*holiday, "--from", f"{yesterday}H", "--until", f"{YEAR}-02-08H", "--all-day")
        self.assertEqual(self.refused("vn-officer", *passed), "EFFECT_PASSED")
        self.assertEqual(self.refused("vn-officer", *holiday, *SHORTENED, "--answer-by",
                                      f"{yesterday} 17:00H"), "EFFECT_PASSED")
        own = self.proposed("vn-officer", *holiday, *SHORTENED)
        shown = self.run_as("vn-officer", "agreement", "accept", own, "--yes", exit_code=1)
        self.assertIn("of vn-langson, for your side", shown.stderr)
        self.assertIn("refused: NOT_YOUR_ACT", shown.stderr)
        self.assertEqual(self.refused("cn-clerk", "agreement", "accept", own, "--yes", exit_code=4),
                         "NOT_ALLOWED")
        # Without --yes and without a terminal nobody is bound by oversight.
        self.assertEqual(self.refused("cn-officer", "agreement", "accept", own, exit_code=2),
                         "BAD_ARGUMENT")
        self.decided(own, "OPEN")

    def test_accepted_and_withdrawn_while_the_link_is_cut(self):
        """The two officers cannot know of each other: what the sequencer has first holds for both."""
        theirs = self.proposed("vn-officer", *HOLIDAY, "--gate", "LS-NN", *SHORTENED)
        ours = self.proposed("cn-officer", *HOLIDAY, "--gate", "LS-PN", *SHORTENED)
        self.addCleanup(self.box.restore)
        self.box.cut()
        # At the side that does not decide, an answer waits, and says so.
        said = self.run_as("cn-officer", "agreement", "accept", theirs, "--yes").stdout
        self.assertIn("AWAITING_DECISION, sent, awaiting decision", said)
        text = self.run_as("cn-officer", "agreement", "show", theirs).stdout
        self.assertRegex(text, "decided +not yet by vn-langson")
        self.run_as("cn-officer", "agreement", "withdraw", ours)
        self.assertEqual(self.hours("cn-clerk", "LS-NN", AFTERNOON), [UNKNOWN])
        self.run_as("vn-officer", "agreement", "withdraw", theirs)
        self.decided(theirs, "WITHDRAWN", "vn-auditor")
        self.run_as("vn-officer", "agreement", "accept", ours, "--yes")
        self.decided(ours, "IN_FORCE", "vn-auditor")
        self.box.restore()
        self.decided(theirs, "WITHDRAWN")
        self.decided(ours, "IN_FORCE")
        self.both_say("LS-NN", AFTERNOON, UNKNOWN)
        self.both_say("LS-PN", AFTERNOON, ("BOTH", "OPEN", "holiday hours"))
        for proposal, act in ((theirs, "accept"), (ours, "withdraw")):
            self.assertEqual(self.refusals("cn-auditor", proposal, act), ["REASON_NOT_OPEN"])

    def refusals(self, client, proposal, act):
        """Why the sequencer refused the acts of that kind, as their author's side knows it."""
        def known():
            return [decision.get("reason") for step in self.thread(client, proposal)["steps"]
                    if step["act"] == act for decision in step.get("decisions", [])]
        return poll.until(f"the refusal at {client}", known, ACROSS_SECONDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
