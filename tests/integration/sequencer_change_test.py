#!/usr/bin/python3
"""A link that has decisions keeps its sequencer: a node that is told of another one does not start,
and says which file, who decided before, and who is named now.
"""

import datetime
import json
import pathlib
import re
import subprocess
import unittest

from support import places, poll, sandbox

YEAR = datetime.datetime.now(datetime.UTC).year + 1
PROPOSAL = ("holiday", "propose", "--occasion", "tet", "--yes", "--gate", "LS-HN-1119", "--traffic",
            "goods", "--from", f"{YEAR}-02-05H", "--until", f"{YEAR}-02-08H", "--regime", "shortened",
            "--window", "07:00-11:30")
WRONG_USE = 2


class SequencerChange(unittest.TestCase):
    def started(self, node):
        """A start that must fail; what it says."""
        done = subprocess.run([str(places.GATEPOSTD), "--config", node.config],
                              capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, WRONG_USE, done.stderr)
        return done.stderr

    def test_a_link_with_decisions_keeps_its_sequencer(self):
        with sandbox.Sandbox("sequencer_change") as box:
            file = box.dir / "link-agreement.textproto"
            first = file.read_text()
            changed = re.sub(r'sequencer: "[a-z-]+"', 'sequencer: "cn-pingxiang"', first)
            self.assertNotEqual(first, changed)
            # Both sides have signed the first one; a practice node may go by one that nobody signed.
            file.with_name(file.name + ".signatures").unlink()
            box.take_over()
            for client in ("vn-auditor", "cn-auditor"):
                poll.until(f"an answer to {client}", lambda client=client: box.gatepost(
                    client, "node", "status", check=False).returncode == 0, 20)
            # Nothing was decided yet: both may be told of another one.
            for node in box.nodes.values():
                self.assertEqual(node.stop(), 0)
            file.write_text(changed)
            for node in box.nodes.values():
                node.start()
            sent = poll.until("a node that serves", lambda: self.sent(box), 20)
            for client in ("vn-auditor", "cn-auditor"):
                poll.until(f"OPEN at {client}", lambda client=client: self.state(box, client, sent),
                           20)
            for node in box.nodes.values():
                self.assertEqual(node.stop(), 0)
            file.write_text(first)
            for node in box.nodes.values():
                said = self.started(node)
                for part in ("BAD_CONFIG", str(pathlib.Path(file).resolve()), "sequencer",
                             "wanted", "cn-pingxiang, which decided", "came vn-langson"):
                    self.assertIn(part, said)
            file.write_text(changed)
            for node in box.nodes.values():
                node.start()
            poll.until("both nodes again", lambda: all(
                self.state(box, client, sent) for client in ("vn-auditor", "cn-auditor")), 20)

    def sent(self, box):
        done = box.gatepost("vn-officer", "--output", "json", *PROPOSAL, check=False)
        return json.loads(done.stdout)["messageId"] if done.returncode == 0 else None

    def state(self, box, client, message_id):
        done = box.gatepost(client, "--output", "json", "agreement", "show", message_id, check=False)
        return (done.returncode == 0 and
                json.loads(done.stdout)["thread"]["state"] == "AGREEMENT_STATE_OPEN")


if __name__ == "__main__":
    unittest.main(verbosity=2)
