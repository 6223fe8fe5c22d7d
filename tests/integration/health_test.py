#!/usr/bin/python3
"""grpc.health.v1.Health answers those who may read, and is behind the same wrapper as all else."""

import unittest

import grpc

from support import calls, ledger, poll, sandbox

SERVING = b"\x08\x01"


def ask(caller, service=""):
    check = caller.channel.unary_unary("/grpc.health.v1.Health/Check")
    name = service.encode()
    return caller.call(check, b"\x0a" + bytes([len(name)]) + name if name else b"")


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = sandbox.Sandbox("health")
        cls.enterClassContext(cls.sandbox)

    def test_the_node_and_each_of_its_services_serve(self):
        with calls.Caller.of(self.sandbox, "vn-clerk") as caller:
            for service in ("", "gatepost.v1.ExchangeService", "gatepost.v1.LinkService"):
                self.assertEqual(ask(caller, service), SERVING, service)
            with self.assertRaises(calls.Refusal) as refused:
                ask(caller, "gatepost.v1.Nothing")
            self.assertEqual((refused.exception.code, refused.exception.reason),
                             (grpc.StatusCode.NOT_FOUND, "NOT_FOUND"))

    def test_who_may_not_read_is_refused_and_logged(self):
        with calls.Caller.node(self.sandbox, self.sandbox.cn, self.sandbox.vn) as caller:
            with self.assertRaises(calls.Refusal) as refused:
                ask(caller)
            self.assertEqual(refused.exception.reason, "NOT_ALLOWED")
        poll.until("a leaf", lambda: [
            leaf for leaf in ledger.Store(self.sandbox.vn.database).leaves
            if leaf["event"] == "DENIED" and leaf["object"] == "call:HealthCheck"], 10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
