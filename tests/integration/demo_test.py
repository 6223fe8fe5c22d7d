#!/usr/bin/python3
"""The demo runs from start to end, and the sandbox command around it keeps its word."""

import json
import os
import pathlib
import subprocess
import time
import unittest

from support import places, sandbox

UP_SECONDS = 10  # What `sandbox up` promises.


class Demo(unittest.TestCase):
    def test_demo_runs_to_its_end(self):
        """client/demo.sh as `./dev demo` runs it: every step says what it did, and it checks each
        itself; nothing runs on afterwards."""
        folder = places.fresh_folder("demo")
        done = subprocess.run([places.SOURCES / "client" / "demo.sh", places.PROGRAMS],
                              capture_output=True, text=True, timeout=240,
                              env={**os.environ, "TMPDIR": str(folder)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for word in ("SUM_MISMATCH", "1,057", "1,037", "PRACTICE", "APPLIED"):
            self.assertIn(word, done.stdout)
        self.assertEqual(list(folder.iterdir()), [], "left behind")
        self.assertEqual(running_with(folder), [])


class SandboxCommand(unittest.TestCase):
    def test_up_is_quick_and_down_leaves_nothing_running(self):
        """Up within ten seconds, up again at once, status in JSON, and every process gone."""
        folder = places.fresh_folder("up") / "box"
        begin = time.monotonic()
        up = json.loads(sandbox.run("--output", "json", "sandbox", "up", "--dir", folder).stdout)
        took = time.monotonic() - begin
        try:
            self.assertLess(took, UP_SECONDS)
            again = sandbox.run("--output", "json", "sandbox", "up", "--dir", folder)
            self.assertEqual(json.loads(again.stdout), up, "a second up changes nothing")
            for node in up["nodes"]:
                self.assertTrue(node["running"] and node["pid"] and node["logVkey"])
                for key in ("configFile", "logFile", "rootFile", "tlsKeyFile", "logKeyFile"):
                    self.assertTrue(pathlib.Path(node[key]).is_file(), key)
            names = {client["name"] for client in up["clients"]}
            self.assertEqual(names, {f"{side}-{role}" for side in ("vn", "cn")
                                     for role in ("clerk", "officer", "service", "auditor")})
        finally:
            sandbox.run("sandbox", "down", "--dir", folder)
        self.assertEqual(running_with(folder), [])
        down = sandbox.run("--output", "json", "sandbox", "status", "--dir", folder)
        self.assertFalse(any(node.get("running") for node in json.loads(down.stdout)["nodes"]))

    def test_killed_nodes_come_up_again_with_what_they_had(self):
        """SIGKILL to both nodes and at once `sandbox up`: the same ports and logs, and the report
        from before."""
        with sandbox.Sandbox("again") as box:
            sent = box.gatepost("vn-clerk", "--output", "json", "yard", "send", "--date",
                                "2025-02-01", "--as-of", "20:00H", "--gate", "LS-HN",
                                "--direction", "export", "--waiting", "97", "--practice", "--yes")
            reference = json.loads(sent.stdout)["shortReference"]
            before = box.nodes
            for node in before.values():
                os.kill(node.pid, 9)
            box.up()
            for name, node in box.nodes.items():
                self.assertEqual((node.address, node.vkey), (before[name].address, before[name].vkey))
                self.assertNotEqual(node.pid, before[name].pid)
            box.gatepost("vn-clerk", "status", reference, "--wait", "applied")

    def test_what_is_no_sandbox_is_left_alone(self):
        """A folder with something else in it: refused, nothing written."""
        folder = places.fresh_folder("other")
        (folder / "letter.txt").write_text("mine")
        done = sandbox.run("sandbox", "up", "--dir", folder, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual([path.name for path in folder.iterdir()], ["letter.txt"])
        done = sandbox.run("sandbox", "down", "--dir", folder, check=False)
        self.assertNotEqual(done.returncode, 0)

    def test_bad_configs_are_refused_with_file_line_and_field(self):
        """One wrong field in a client's and in a node's config: exit 2, where it is, what to do."""
        with sandbox.Sandbox("config") as box:
            path = pathlib.Path(box.config("vn-clerk"))
            good = path.read_text()
            for bad, words in (
                    (good.replace("zone:", "zoen:"), ("vn-clerk.textproto:", "zoen")),
                    (good.replace("Asia/Ho_Chi_Minh", "Asia/Atlantis"),
                     ("vn-clerk.textproto", "zone", "Asia/Atlantis")),
                    (good.replace("tls.key", "none.key"), ("tls_key_file", "none.key")),
                    (good.replace('country: "VN"', 'country: "Vietnam"'), ("country", "Vietnam"))):
                path.write_text(bad)
                done = box.gatepost("vn-clerk", "node", "status", check=False)
                self.assertEqual(done.returncode, 2, f"{words} {done.stdout}{done.stderr}")
                for word in words:
                    self.assertIn(word, done.stderr)
            path.write_text(good)

            config = pathlib.Path(box.vn.config)
            good = config.read_text()
            for bad, words in (
                    (good.replace("data_dir:", "data_drawer:"), ("node.textproto:", "data_drawer")),
                    (good.replace("log.key", "tls.key"), ("log_key_file",))):
                config.write_text(bad)
                done = subprocess.run([places.GATEPOSTD, "--config", config], capture_output=True,
                                      text=True, timeout=30)
                self.assertEqual(done.returncode, 2, f"{words} {done.stdout}{done.stderr}")
                for word in words:
                    self.assertIn(word, done.stderr)
            config.write_text(good)

    def test_second_daemon_on_one_data_folder_is_refused(self):
        """Two writers would each believe that the ledger is theirs."""
        with sandbox.Sandbox("twice") as box:
            config = pathlib.Path(box.vn.config)
            other = config.with_name("other.textproto")
            other.write_text(config.read_text().replace(box.vn.address, "127.0.0.1:0"))
            done = subprocess.run([places.GATEPOSTD, "--config", other], capture_output=True,
                                  text=True, timeout=30)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(str(box.vn.pid), done.stderr, "who holds it")
            box.gatepost("vn-clerk", "node", "status")


def running_with(folder):
    """Processes whose command line names `folder`."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


if __name__ == "__main__":
    unittest.main(verbosity=2)
