#!/usr/bin/python3
"""Who there has my message: FETCHED and READ over real connections, as the sender's command shows."""

import csv
import io
import json
import unittest

from support import calls, ledger, poll, sandbox
from gatepost.v1 import exchange_service_pb2, receipt_pb2

ACROSS_SECONDS = 20


class Rungs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("rungs")
        cls.enterClassContext(cls.box)
        cls.days = iter(range(1, 29))

    def caller(self, client):
        return self.enterContext(calls.Caller.of(self.box, client))

    def applied(self):
        """A report of vn-clerk that was applied there; its id and short reference."""
        done = self.box.gatepost("vn-clerk", "--output", "json", "yard", "send", "--date",
                                 f"2023-08-{next(self.days):02}", "--figure", "LS-HN/waiting=5")
        answer = json.loads(done.stdout)
        self.box.gatepost("vn-clerk", "status", answer["shortReference"], "--wait", "APPLIED",
                          "--timeout", ACROSS_SECONDS)
        return answer["messageId"], answer["shortReference"]

    def steps(self, reference, rung):
        """Waits for a rung; its lines of the ladder, as (agency, actor, node, acknowledgement)."""
        done = self.box.gatepost("vn-clerk", "--output", "csv", "status", reference, "--wait", rung,
                                 "--timeout", ACROSS_SECONDS)
        return [(row["agency"], row["actor"], row["node"], row["acknowledgement"])
                for row in csv.DictReader(io.StringIO(done.stdout)) if row["rung"] == rung]

    def spiffe_id(self, client):
        return self.box.clients[client]["spiffeId"]

    def agency(self, client):
        return self.spiffe_id(client).split("/agency/")[1].split("/")[0]

    def fetched_leaves(self, message_id):
        store = ledger.Store(self.box.nodes["cn-pingxiang"].database)
        store.check_facts()
        return [leaf for leaf in store.events("FETCHED")
                if leaf["object"] == f"message:{message_id}"]

    def test_fetched_by_a_service_and_read_by_a_person(self):
        message_id, reference = self.applied()
        self.caller("cn-auditor").message(message_id)
        service = self.caller("cn-service")
        service.call(service.exchange.ListMessages,
                     exchange_service_pb2.ListMessagesRequest(without_envelopes=True))
        self.assertEqual(self.fetched_leaves(message_id), [], "nobody has the envelope yet")

        service.message(message_id)
        wanted = (self.agency("cn-service"), self.spiffe_id("cn-service"), "cn-pingxiang", "")
        self.assertEqual(self.steps(reference, "FETCHED"), [wanted])
        self.caller("cn-clerk").message(message_id)
        text = self.box.gatepost("vn-clerk", "status", reference).stdout
        self.assertIn("FETCHED, handed over to an agency there", text)

        self.box.gatepost("cn-clerk", "ack", message_id)
        [(agency, actor, node, acknowledgement)] = self.steps(reference, "READ")
        self.assertEqual((agency, actor, node),
                         (self.agency("cn-clerk"), self.spiffe_id("cn-clerk"), "cn-pingxiang"))
        ack = self.caller("vn-clerk").message(acknowledgement).message
        self.assertEqual(ack.author, actor)
        agencies = {self.agency("cn-service"), self.agency("cn-clerk")}
        self.assertEqual(len(self.fetched_leaves(message_id)), len(agencies))

    def test_a_watcher_fetches_what_it_is_handed_and_hears_no_echo(self):
        watcher = self.caller("cn-service")
        events = watcher.exchange.WatchMessages(
            exchange_service_pb2.WatchMessagesRequest(cursor="0"), timeout=60)
        message_id, reference = self.applied()
        for event in events:
            self.assertNotIn(event.event, ("FETCHED", "READ"))
            if event.message.message_id == message_id:
                break
        [(_, actor, _, _)] = self.steps(reference, "FETCHED")
        self.assertEqual(actor, self.spiffe_id("cn-service"))
        # The next event is the next message, whatever was logged between.
        next_id, _ = self.applied()
        self.assertEqual(next(events).message.message_id, next_id)
        events.cancel()
        status = poll.until("the rung of the second", lambda: self.rung_fetched(next_id),
                            ACROSS_SECONDS)
        self.assertEqual(status.ladders[0].steps[-1].agency, self.agency("cn-service"))

    def rung_fetched(self, message_id):
        status = self.caller("vn-clerk").status(message_id)
        return status if status.ladders[0].rung == receipt_pb2.RUNG_FETCHED else None


if __name__ == "__main__":
    unittest.main()
