#!/usr/bin/python3
"""The gatepost command as people and scripts use it, against a real sandbox.

Every test uses business dates of its own, so that they do not meet each other's reports.
"""

import csv
import io
import json
import os
import pathlib
import pty
import re
import subprocess
import unittest

from support import places, sandbox

APPLIED = ("--wait", "APPLIED", "--timeout", "20")


class Command(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("command")
        cls.enterClassContext(cls.box)
        cls.folder = places.fresh_folder("command-files")

    def run_as(self, client, *arguments, exit_code=0, **options):
        done = self.box.gatepost(client, *arguments, check=False, **options)
        self.assertEqual(done.returncode, exit_code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def sent(self, client, *arguments):
        """Sends a report; the node's answer."""
        return json.loads(self.run_as(client, "--output", "json", *arguments).stdout)

    def refused(self, client, *arguments, exit_code=1):
        """The refusal, as data."""
        done = self.run_as(client, "--output", "json", *arguments, exit_code=exit_code)
        return json.loads(done.stderr.splitlines()[0])

    def table(self, *rows):
        path = self.folder / f"table-{len(list(self.folder.iterdir()))}.csv"
        path.write_text("business_date,as_of,side,scope,direction,measure,cargo,value\n" +
                        "".join(row + "\n" for row in rows))
        return path

    def figures(self, client, date, **filters):
        """The figures in force, as rows of the CSV form."""
        done = self.run_as(client, "--output", "csv", "yard", "show", "--date", date)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        return [row for row in rows
                if all(row[name] == value for name, value in filters.items())]

    # ---- use and exit codes ---------------------------------------------------------------------

    def test_wrong_use_is_exit_2_and_help_is_not(self):
        self.assertEqual(sandbox.run("--help").returncode, 0)
        self.assertRegex(sandbox.run("--version").stdout, r"^gatepost \d+\.\d+\.\d+")
        for wrong in ((), ("nonsense",), ("yard",), ("yard", "send", "--no-such-flag"),
                      ("--output", "xml", "node", "status"), ("--lang", "fr", "node", "status"),
                      ("--client-config", self.folder / "none", "node", "status")):
            self.assertEqual(sandbox.run(*wrong, check=False).returncode, 2, wrong)
        self.assertEqual(self.refused("vn-clerk", "yard", "send", exit_code=2)["reason"],
                         "REASON_BAD_ARGUMENT")
        self.refused("vn-clerk", "yard", "show", "--date", "22.08.2024", exit_code=2)

    def test_who_may_not_is_exit_4(self):
        report = ("yard", "send", "--date", "2023-01-01", "--figure", "LS-HN/waiting=1")
        self.assertEqual(self.refused("vn-auditor", *report, exit_code=4)["reason"],
                         "REASON_NOT_ALLOWED")
        faulty = ("yard", "send", "--date", "2023-01-02", "--override", "as printed",
                  "--set", "LS-ALL/export/waiting=1057", "--set", "LS-ALL/export/waiting/fruit=533",
                  "--set", "LS-ALL/export/waiting/other=504")
        self.assertEqual(self.refused("vn-clerk", *faulty, exit_code=4)["reason"],
                         "REASON_OVERRIDE_NOT_ALLOWED")
        answer = self.sent("vn-officer", *faulty)
        self.assertIn("REASON_SUM_MISMATCH", [f.get("reason") for f in answer["findings"]])
        shown = self.run_as("vn-auditor", "yard", "show", "--date", "2023-01-02").stdout
        self.assertIn("OVERRIDDEN by an officer: \"as printed\"", shown)

    def test_an_unreachable_node_is_exit_3(self):
        live = pathlib.Path(self.box.config("vn-clerk"))
        dead = live.with_name("dead.textproto")
        dead.write_text(re.sub(r'node_address: *"[^"]*"', 'node_address: "127.0.0.1:1"',
                               live.read_text()))
        for command in (("node", "status"), ("peer", "ping"),
                        ("yard", "send", "--set", "LS-HN/waiting=1")):
            done = sandbox.run("--client-config", dead, *command, check=False)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("NOT_REACHABLE", done.stderr)

    def test_what_waited_in_the_outbox_goes_first_and_never_twice(self):
        """A crash between send and answer leaves a sent report pending; it is typed again."""
        report = ("yard", "send", "--date", "2023-02-01", "--set", "LS-HN/export/waiting=77")
        first = self.sent("vn-officer", *report)
        outbox = pathlib.Path(self.box.config("vn-officer")).parent / "vn-officer" / "outbox"
        kept = outbox / "done" / f"{first['messageId']}.submit.pb"
        kept.rename(outbox / "pending" / kept.name)
        (outbox / "done" / f"{first['messageId']}.response.pb").unlink()
        self.assertIn("the next send takes it along", self.run_as("vn-officer", "outbox").stderr)
        again = self.run_as("vn-officer", *report)
        self.assertIn("waited in the outbox was accepted", again.stderr)
        self.assertIn(f"accepted as {first['shortReference']}", again.stdout)
        self.assertNotIn("waits", self.run_as("vn-officer", "outbox").stderr)
        self.assertEqual(len(self.figures("vn-clerk", "2023-02-01")), 1)

    # ---- tables -----------------------------------------------------------------------------------

    def test_each_report_of_a_table_is_sent_or_stopped_alone(self):
        done = self.run_as("vn-clerk", "yard", "send", "--from-csv",
                           places.DATA / "daily-reports.csv", exit_code=1)
        self.assertEqual(done.stdout.count("accepted as LS/"), 2)
        self.assertIn("533 + 504 = 1,037, stated 1,057", done.stderr)
        self.assertIn("2022-05-26 VN (rows 50 to 52): stopped", done.stderr)
        self.assertEqual(self.figures("vn-clerk", "2022-05-26"), [])
        self.assertEqual(len(self.figures("vn-clerk", "2024-08-22", side="VN")), 26)

    def test_a_row_that_cannot_be_mapped_stops_its_report_only(self):
        table = self.table("2023-03-01,,VN,LS-HN,export,waiting,all,5",
                           "2023-03-01,,VN,LS-HN,export,queue,all,5",
                           "2023-03-02,20:00H,VN,LS-HN,export,waiting,all,6")
        refusal = self.refused("vn-clerk", "yard", "send", "--from-csv", table)
        self.assertEqual(refusal["reason"], "REASON_UNMAPPED_ROW")
        self.assertIn('row 3, column measure: "queue"', refusal["came"])
        self.assertEqual(self.figures("vn-clerk", "2023-03-01"), [])
        self.assertEqual(len(self.figures("vn-clerk", "2023-03-02")), 1)

    def test_a_table_of_another_shape_goes_through_a_mapping_file(self):
        done = self.run_as("vn-officer", "yard", "send", "--dry-run", "--from-csv",
                           places.DATA / "yard-figures.csv", "--mapping",
                           places.DATA / "yard-figures.mapping.textproto", exit_code=1)
        self.assertIn('column scope: ""', done.stderr)
        self.assertGreater(done.stdout.count("it would be accepted"), 20)
        self.assertEqual(self.figures("vn-clerk", "2022-02-11"), [])

    def test_what_show_prints_can_be_sent_again(self):
        """Yesterday's picture as CSV, its date changed in an editor, is today's report."""
        self.sent("vn-clerk", "yard", "send", "--date", "2023-04-01", "--as-of", "20:00H",
                  "--set", "LS-HN/both/cleared=30", "--set", "LS-HN/export/cleared=10",
                  "--set", "LS-HN/import/cleared=20", "--set", "LS-HN/import/waiting/vehicles:CN=~5")
        printed = self.run_as("vn-clerk", "--output", "csv", "yard", "show", "--date",
                              "2023-04-01").stdout
        path = self.folder / "again.csv"
        path.write_text(printed.replace("2023-04-01", "2023-04-02"))
        self.run_as("vn-clerk", "yard", "send", "--from-csv", path)
        old, new = (self.figures("vn-clerk", date) for date in ("2023-04-01", "2023-04-02"))
        for row in old:
            row["business_date"] = "2023-04-02"
            row["as_of"] = row["as_of"].replace("04-01", "04-02")
            row["reference"] = ""
        for row in new:
            row["reference"] = ""
        self.assertEqual(old, new)

    # ---- typing -----------------------------------------------------------------------------------

    def test_short_flags_times_and_states(self):
        self.sent("vn-clerk", "report", "--gate", "Chi Ma", "--date", "2023-05-01", "--as-of",
                  "21:00B", "--waiting", "export=12", "--waiting", "import/vehicles:CN=-",
                  "--cleared", "70-90")
        rows = self.figures("vn-clerk", "2023-05-01", scope="LS-CM")
        self.assertEqual([row["value"] for row in rows], ["12", "not_reported", "70-90"])
        self.assertEqual(rows[0]["as_of"], "2023-05-01T21:00:00+08:00")
        self.sent("vn-clerk", "yard", "send", "--gate", "LS-NH", "--gate", "LS-NN", "--date",
                  "2023-05-01", "--not-operating")
        self.assertEqual({row["value"] for row in self.figures("vn-clerk", "2023-05-01",
                                                               scope="LS-NN")}, {"not_operating"})

    def test_what_cannot_be_meant_is_refused_with_its_own_reason(self):
        cases = {
            "REASON_NO_TIME_ZONE": ("--as-of", "20:00", "--set", "LS-HN/waiting=1"),
            "REASON_UNKNOWN_LANDMARK": ("--set", "119-1120 waiting = 1"),
            "REASON_UNKNOWN_GATE": ("--set", "LS-XX/waiting=1"),
            "REASON_NEGATIVE_FIGURE": ("--set", "LS-HN/waiting=-1"),
            "REASON_ABSURD_FIGURE": ("--set", "LS-HN/waiting=1000001"),
        }
        for reason, typed in cases.items():
            refusal = self.refused("vn-clerk", "yard", "send", "--date", "2023-05-02", *typed)
            self.assertEqual(refusal["reason"], reason)
            for part in ("wanted", "came", "todo"):
                self.assertTrue(refusal[part], (reason, part))
        future = self.refused("vn-clerk", "yard", "send", "--date", "2199-01-01", "--set",
                              "LS-HN/waiting=1")
        self.assertEqual(future["reason"], "REASON_FUTURE_DATE")
        self.assertEqual(self.figures("vn-clerk", "2023-05-02"), [])

    def test_yesterdays_numbers_are_never_sent_by_themselves(self):
        self.sent("vn-clerk", "yard", "send", "--date", "2023-06-01", "--set",
                  "LS-ALL/export/waiting=300", "--set", "LS-ALL/export/waiting_change=5",
                  "--set", "LS-HN/both/cleared=40")
        done = self.run_as("vn-clerk", "yard", "send", "--date", "2023-06-02", "--like-yesterday",
                           "--set", "LS-ALL/export/waiting=312")
        self.assertIn("1 line is sent as not reported", done.stderr)
        rows = {row["scope"] + " " + row["measure"]: (row["value"], row["qualifier"])
                for row in self.figures("vn-clerk", "2023-06-02")}
        self.assertEqual(rows, {"LS-ALL waiting": ("312", "exact"),
                                "LS-ALL waiting_change": ("12", "derived"),
                                "LS-HN cleared": ("not_reported", "")})

    def test_on_a_terminal_it_asks_line_by_line(self):
        """A clerk types a number, a slip and its correction, `=`, Enter, and then y."""
        self.sent("vn-clerk", "yard", "send", "--date", "2023-06-11", "--set", "LS-HN/cleared=40",
                  "--set", "LS-CM/cleared=9", "--set", "LS-DD/cleared=3")
        output = self.on_a_terminal(
            "vn-clerk", "yard", "send", "--date", "2023-06-12", "--like-yesterday",
            answers=["1,5", "", "41", "=", "", "y"])
        self.assertIn("[yesterday 40;", output)
        self.assertIn("accepted as LS/", output)
        values = [row["value"] for row in self.figures("vn-clerk", "2023-06-12")]
        self.assertEqual(values, ["41", "9", "not_reported"])

    def on_a_terminal(self, client, *arguments, answers):
        """Runs the command on a pseudo-terminal, one answer for each question; all it printed."""
        main, side = pty.openpty()
        process = subprocess.Popen(
            [places.GATEPOST, "--client-config", self.box.config(client), *arguments],
            stdin=side, stdout=side, stderr=side, env={**os.environ, "LC_ALL": "C.UTF-8"})
        os.close(side)
        os.write(main, "".join(answer + "\n" for answer in answers).encode())
        output = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:  # The other end is closed.
                break
            if not part:
                break
            output += part
        os.close(main)
        self.assertEqual(process.wait(timeout=30), 0, output.decode(errors="replace"))
        return output.decode()

    # ---- revisions --------------------------------------------------------------------------------

    def test_a_correction_changes_one_figure_and_shows_it_first(self):
        first = self.sent("vn-clerk", "yard", "send", "--date", "2023-07-01", "--set",
                          "LS-ALL/export/waiting=312", "--set", "LS-HN/both/cleared=40")
        reference = first["shortReference"]
        correct = ("yard", "correct", reference, "--reason", "miscounted", "--set")
        done = self.run_as("vn-clerk", *correct, "LS-HN/both/cleared=41")
        self.assertRegex(done.stderr, r"~  LS-HN both ways cleared all  40 vehicles  41 vehicles")
        stale = self.refused("vn-clerk", *correct, "LS-HN/both/cleared=42")
        self.assertEqual(stale["reason"], "REASON_STALE_REVISION")
        absent = self.refused("vn-clerk", *correct, "LS-HN/export/cleared=1", exit_code=2)
        self.assertIn("LS-HN/both/cleared", absent["wanted"])
        history = self.run_as("vn-clerk", "yard", "history", reference).stdout
        self.assertIn("version 2, in force", history)
        self.assertIn("version 1, replaced by", history)
        self.assertIn("correction of one figure: \"miscounted\"", history)

    def test_a_dry_run_changes_nothing(self):
        first = self.sent("vn-clerk", "yard", "send", "--date", "2023-07-11", "--set",
                          "LS-HN/cleared=40")
        before = self.run_as("vn-clerk", "--output", "csv", "outbox").stdout
        for typed in (("send", "--date", "2023-07-12", "--set", "LS-HN/cleared=1"),
                      ("correct", first["shortReference"], "--set", "LS-HN/cleared=1", "--reason",
                       "a"),
                      ("revise", first["shortReference"], "--set", "LS-CM/cleared=1", "--reason",
                       "a")):
            done = self.run_as("vn-clerk", "yard", *typed, "--dry-run")
            self.assertIn("nothing was sent", done.stdout)
        self.assertEqual(self.run_as("vn-clerk", "--output", "csv", "outbox").stdout, before)

    def test_a_revision_replaces_the_whole_report(self):
        table = self.table("2023-07-21,,VN,LS-HN,both,cleared,all,40")
        first = self.sent("vn-clerk", "yard", "send", "--from-csv", table)
        fuller = self.table("2023-07-21,,VN,LS-HN,both,cleared,all,44",
                            "2023-07-21,,VN,LS-CM,both,cleared,all,9")
        second = self.sent("vn-clerk", "yard", "revise", first["shortReference"], "--from-csv",
                           fuller, "--reason", "late gate", "--practice")
        self.run_as("vn-clerk", "status", second["shortReference"], *APPLIED)
        for client in ("vn-clerk", "cn-clerk"):
            values = [row["value"] for row in self.figures(client, "2023-07-21")]
            self.assertEqual(values, ["44", "9"])
        self.assertIn("PRACTICE", self.run_as("cn-clerk", "yard", "show", "--date",
                                              "2023-07-21").stdout)
        other = self.table("2023-07-22,,VN,LS-HN,both,cleared,all,40")
        self.refused("vn-clerk", "yard", "revise", second["shortReference"], "--from-csv", other,
                     "--reason", "x", exit_code=2)

    # ---- reading ----------------------------------------------------------------------------------

    def test_words_zones_and_languages_are_the_readers(self):
        answer = self.sent("vn-clerk", "yard", "send", "--date", "2023-08-01", "--as-of", "20:00H",
                           "--set", "LS-HN/export/waiting=5")
        self.run_as("vn-clerk", "status", answer["shortReference"], *APPLIED)
        show = ("yard", "show", "--date", "2023-08-01")
        vn = self.run_as("vn-clerk", *show).stdout
        self.assertIn("VN→CN export", vn)
        self.assertIn("as of 20:00 H (21:00 B)", vn)
        cn = self.run_as("cn-clerk", *show).stdout
        self.assertIn("VN→CN import", cn)
        self.assertIn("as of 21:00 B (20:00 H)", cn)
        hanoi = self.run_as("cn-clerk", *show, "--time-zone", "hanoi").stdout
        self.assertIn("as of 20:00 H\n", hanoi)
        self.assertIn("VN→CN xuất khẩu", self.run_as("vn-clerk", "--lang", "vi", *show).stdout)
        self.assertIn("VN→CN 进口", self.run_as("cn-clerk", "--lang", "zh", *show).stdout)
        by_locale = self.run_as("vn-clerk", *show, env={"LC_ALL": "vi_VN.UTF-8"}).stdout
        self.assertIn("Phạm vi", by_locale)

    def test_the_other_side_follows_what_comes(self):
        answer = self.sent("vn-clerk", "yard", "send", "--date", "2023-08-11", "--set",
                           "LS-HN/waiting=5")
        self.run_as("vn-clerk", "status", answer["shortReference"], *APPLIED)
        done = self.run_as("cn-clerk", "--output", "json", "inbox", "--follow", "--cursor", "0",
                           "--count", "1")
        event = json.loads(done.stdout)
        self.assertEqual((event["event"], event["peerNode"]), ("DELIVERED", "vn-langson"))
        listed = self.run_as("cn-clerk", "--output", "csv", "inbox", "--page-size", "500").stdout
        self.assertIn(answer["messageId"], listed)
        self.assertIn("yard report VN 2023-08-11", self.run_as("cn-clerk", "inbox").stdout)

    def test_ping_shows_every_step(self):
        done = self.run_as("cn-officer", "peer", "ping")
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()],
                         ["dial", "TLS", "authority", "sign", "durable", "receipt"])
        ladders = json.loads(self.run_as("cn-officer", "--output", "json", "peer", "ping").stdout)
        self.assertEqual(ladders["ladders"][0]["rung"], "RUNG_APPLIED")
        steps = self.run_as("cn-officer", "--output", "csv", "peer", "ping").stdout
        self.assertRegex(steps, r"(?m)^receipt,ok,\d+,\"vn-langson: APPLIED")
        self.refused("vn-auditor", "peer", "ping", exit_code=4)

    def test_gates_are_found_by_any_name(self):
        for text in ("LS-CN", "Lũng Vài", "lung vai", "弄怀", "1104-1105"):
            found = json.loads(self.run_as("vn-clerk", "--output", "json", "gates", "resolve",
                                           text).stdout)
            self.assertEqual(found["gate"]["id"], "LS-CN", text)
        mistyped = self.refused("vn-clerk", "gates", "resolve", "1104-1005")
        self.assertEqual(mistyped["reason"], "REASON_UNKNOWN_LANDMARK")
        self.assertIn("1104-1105", mistyped["todo"])
        before = self.run_as("vn-clerk", "gates", "list", "--on", "2024-05-26", "--below", "LS-HN")
        self.assertNotIn("LS-TT", before.stdout.split("Yard or group")[0])
        after = self.run_as("vn-clerk", "gates", "list", "--on", "2024-05-27", "--below", "LS-HN")
        self.assertIn("  LS-TT", after.stdout)

    def test_saved_bytes_verify_with_openssl(self):
        answer = self.sent("vn-clerk", "yard", "send", "--date", "2023-08-21", "--set",
                           "LS-HN/waiting=5")
        saved = self.folder / "saved"
        self.run_as("vn-clerk", "show", answer["shortReference"], "--save", saved)
        key = self.folder / "key.pem"
        key.write_bytes(subprocess.run(
            ["openssl", "x509", "-inform", "der", "-in", saved / "certificate-0-0.der", "-pubkey",
             "-noout"], check=True, capture_output=True).stdout)
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature",
                        saved / "signature-0.bin", saved / "pae"], check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
