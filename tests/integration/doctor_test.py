#!/usr/bin/python3
"""gatepost doctor and gatepost cert against a real sandbox: well, with a node that is down, and with a
link that is down."""

import json
import os
import signal
import unittest

from support import poll, sandbox

NOTICED_SECONDS = 30


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("doctor")
        cls.enterClassContext(cls.box)

    def examine(self, *arguments):
        """The exit code, and the lines as (name, result) -> line."""
        done = sandbox.run("--output", "json", *arguments, check=False)
        checks = json.loads(done.stdout)["checks"]
        return done.returncode, {(check["name"], check["result"]): check for check in checks}

    def doctor(self, client):
        return self.examine("--client-config", self.box.config(client), "doctor")

    def test_a_sandbox_is_well(self):
        for client in self.box.clients:
            code, lines = self.doctor(client)
            self.assertEqual(code, 0, lines)
            self.assertIn(("authority", "CHECK_RESULT_OK"), lines)
        for node in self.box.nodes.values():
            code, lines = self.examine("doctor", "--node-config", node.config)
            self.assertEqual(code, 0, lines)
            self.assertIn(("listen", "CHECK_RESULT_WARNING"), lines)  # The node itself.
            done = sandbox.run("cert", "expiring", "--node-config", node.config)
            self.assertIn("nothing ends within 60 days", done.stdout)

    def test_it_is_said_in_every_language(self):
        config = self.box.config("vn-clerk")
        for language, word in (("vi", "bắt tay"), ("zh", "握手"), ("en", "handshake")):
            done = sandbox.run("--client-config", config, "--lang", language, "doctor")
            self.assertIn(word, done.stdout)

    def test_a_link_that_is_down_is_said(self):
        self.box.cut()
        try:
            poll.until("doctor says it", lambda: self.doctor("vn-clerk")[0] == 1, NOTICED_SECONDS)
            line = self.doctor("vn-clerk")[1]["link", "CHECK_RESULT_FAILED"]
            self.assertTrue(line["found"] and line["todo"], line)
        finally:
            self.box.restore()
            poll.until("the link stands again", lambda: self.doctor("vn-clerk")[0] == 0, 60)

    def test_a_node_that_is_down_is_exit_3(self):
        os.kill(self.box.cn.pid, signal.SIGTERM)
        try:
            poll.until("doctor says it", lambda: self.doctor("cn-clerk")[0] == 3, NOTICED_SECONDS)
            line = self.doctor("cn-clerk")[1]["port", "CHECK_RESULT_FAILED"]
            self.assertEqual(line["reason"], "REASON_NOT_REACHABLE")
        finally:
            self.box.up()


if __name__ == "__main__":
    unittest.main()
