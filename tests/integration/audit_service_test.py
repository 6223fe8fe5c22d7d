#!/usr/bin/python3
"""What auditors get over real connections, and that nobody gets it unseen."""

import unittest

from support import calls, ledger, messages, poll, sandbox
from gatepost.v1 import audit_service_pb2, audit_service_pb2_grpc

ACROSS_SECONDS = 20


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox("audit")
        cls.enterClassContext(cls.box)
        cls.vn, cls.cn = cls.box.vn, cls.box.cn
        clerk = messages.Author(cls.box, "vn-clerk")
        with calls.Caller.of(cls.box, "vn-clerk") as caller:
            cls.reference = caller.submit(clerk.request(clerk.ping())).short_reference
            poll.until("the receipt", lambda: caller.status(cls.reference).ladders[0].steps[1:],
                       ACROSS_SECONDS)

    def ask(self, client, method, request, node=None):
        """One call of the client to its own node, or to another one."""
        stated = self.box.clients[client]
        node = node or self.box.nodes[stated["node"]]
        with calls.Caller(node.address, calls.credentials(
                node.root, stated["tlsCertificateFile"], stated["tlsKeyFile"])) as caller:
            stub = audit_service_pb2_grpc.AuditServiceStub(caller.channel)
            return caller.call(getattr(stub, method), request)

    def leaves(self, event):
        return ledger.Store(self.vn.database).events(event)

    def refused(self, *call):
        with self.assertRaises(calls.Refusal) as caught:
            self.ask(*call)
        return caught.exception.reason

    def test_each_answer_has_left_its_leaf(self):
        asked = {
            "ListEntries": audit_service_pb2.ListEntriesRequest(page_size=5),
            "GetEvidence": audit_service_pb2.GetEvidenceRequest(reference=self.reference),
            "ProveEntry": audit_service_pb2.ProveEntryRequest(index=0),
            "ProveConsistency": audit_service_pb2.ProveConsistencyRequest(old_size=1),
            "ReadLog": audit_service_pb2.ReadLogRequest(),
            "GetHeads": audit_service_pb2.GetHeadsRequest(),
        }
        for method, request in asked.items():
            with self.subTest(method):
                before = len(self.leaves("AUDIT_READ"))
                self.ask("vn-auditor", method, request)
                leaves = self.leaves("AUDIT_READ")
                self.assertEqual(len(leaves), before + 1)
                self.assertEqual(leaves[-1]["actor"], self.box.clients["vn-auditor"]["spiffeId"])

    def test_a_copy_of_the_log_hashes_to_its_roots(self):
        answer = self.ask("vn-auditor", "ReadLog", audit_service_pb2.ReadLogRequest())
        leaves = []
        for group in answer.groups:
            self.assertEqual(group.first_index, len(leaves))
            leaves += group.leaves
            self.assertEqual(ledger.tree_root(leaves), group.root)

    def test_an_auditor_of_the_other_side_asks_about_his_link_only(self):
        evidence = audit_service_pb2.GetEvidenceRequest(reference=self.reference)
        answer = self.ask("cn-auditor", "GetEvidence", evidence, self.vn)
        events = [ledger.parse_leaf(leaf.leaf)["event"] for leaf in answer.messages[0].leaves]
        self.assertEqual(events, ["ACCEPTED", "RECEIPT", "DELIVERED"])
        self.assertEqual(len(answer.link_agreements), 1)
        for method, request in (("ListEntries", audit_service_pb2.ListEntriesRequest()),
                                ("ReadLog", audit_service_pb2.ReadLogRequest()),
                                ("GetHeads", audit_service_pb2.GetHeadsRequest())):
            self.assertEqual(self.refused("cn-auditor", method, request, self.vn), "NOT_ALLOWED")
        denied = [leaf["object"] for leaf in self.leaves("DENIED")
                  if leaf["actor"] == self.box.clients["cn-auditor"]["spiffeId"]]
        self.assertEqual(denied, ["call:ListEntries", "call:ReadLog", "call:GetHeads"])

    def test_clerks_and_services_do_not_audit(self):
        evidence = audit_service_pb2.GetEvidenceRequest(reference=self.reference)
        for client in ("vn-clerk", "vn-service", "cn-officer"):
            self.assertEqual(self.refused(client, "GetEvidence", evidence, self.vn), "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
