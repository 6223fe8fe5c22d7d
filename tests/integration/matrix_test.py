#!/usr/bin/python3
"""One matrix of bad credentials and bad acts against one running pair of nodes: each is refused with
its own reason, written down where it belongs, and somebody else is served all the while. It prints a
line for each row; at the end both logs verify.
"""

import json
import unittest

from matrix_rows import amounts, approvals, envelopes, handshakes, rights, row, world
from support import ledger, sandbox

# How many each of them has at the least: one that yields fewer has lost some.
ROWS = ((amounts.flood_rows, 1), (handshakes.rows, 27), (envelopes.rows, 52),
        (approvals.rows, 26), (rights.rows, 33), (amounts.rows, 12))


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("matrix")
        cls.enterClassContext(cls.box)
        cls.world = world.World(cls.box)
        cls.addClassCleanup(cls.world.close)

    def test_each_is_refused_with_its_own_reason_and_logged_and_others_are_served(self):
        self.world.is_served()
        played = 0
        print()
        for rows, least in ROWS:
            before = played
            for played, one in enumerate(rows(self.world), before + 1):
                with self.subTest(one.name):
                    self.play(played, one)
            self.assertGreaterEqual(played - before, least,
                                    f"rows of {rows.__module__}.{rows.__name__}")
        self.logs_verify()

    def play(self, number, one):
        marks = {node.name: row.Mark(node) for node in self.box.nodes.values()}
        came = one.act()
        print(f"{number:3}  {one.name:56} {came:26} {one.logged}", flush=True)
        self.assertEqual(came, one.wanted)
        one.logged.check(marks, one, self.world.is_served())

    def logs_verify(self):
        for client, node in (("vn-auditor", self.box.vn), ("cn-auditor", self.box.cn)):
            done = self.box.gatepost(client, "--output", "json", "audit", "verify")
            self.assertTrue(json.loads(done.stdout)["verifies"], done.stdout)
            ledger.Store(node.database).check_tree()


if __name__ == "__main__":
    unittest.main(verbosity=2)
