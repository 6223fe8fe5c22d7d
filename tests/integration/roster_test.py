#!/usr/bin/python3
"""A roster that drops somebody ends his open watch; everybody else's goes on."""

import unittest

from revocation_test import CUT_SECONDS, Watch
from support import calls, places, poll, sandbox


class Roster(unittest.TestCase):
    def setUp(self):
        self.sandbox = sandbox.Sandbox("roster")
        self.enterContext(self.sandbox)

    def watch(self, client):
        return Watch(self.enterContext(calls.Caller.of(self.sandbox, client)))

    def publish(self, members):
        """The officer's roster of the Vietnamese side: clients with their roles."""
        path = places.fresh_folder("roster-file") / "roster.textproto"
        lines = [f'trust_domain: "{self.sandbox.vn.spiffe_id.split("/")[2]}"']
        for client, role in members:
            spiffe_id = self.sandbox.clients[client]["spiffeId"]
            lines.append(f'members {{ spiffe_id: "{spiffe_id}" roles: "{role}" }}')
        path.write_text("\n".join(lines) + "\n")
        self.sandbox.gatepost("vn-officer", "roster", "publish", "--file", path, "--yes")

    def test_who_is_dropped_is_cut_and_others_are_not(self):
        clerks, officers = self.watch("vn-clerk"), self.watch("vn-officer")
        self.publish([("vn-clerk", "clerk"), ("vn-officer", "officer"), ("vn-service", "service")])
        self.publish([("vn-officer", "officer"), ("vn-service", "service")])
        poll.until("the end of the clerk's watch", lambda: clerks.ended, CUT_SECONDS)
        self.assertEqual(clerks.refusal.reason, "NOT_IN_ROSTER")
        self.assertIsNone(officers.ended)


if __name__ == "__main__":
    unittest.main()
