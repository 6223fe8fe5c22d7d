"""Calls to a node over mutual TLS, and the refusals that come back."""

import pathlib

import grpc

from . import places  # Makes the stubs importable.
from gatepost.v1 import (exchange_service_pb2, exchange_service_pb2_grpc, link_service_pb2_grpc,
                         register_service_pb2_grpc, yard_service_pb2_grpc)
from google.rpc import error_details_pb2, status_pb2

assert places.STUBS
CALL_SECONDS = 10
OPTIONS = (("grpc.initial_reconnect_backoff_ms", 50), ("grpc.min_reconnect_backoff_ms", 1000),
           ("grpc.max_reconnect_backoff_ms", 200), ("grpc.use_local_subchannel_pool", 1),
           ("grpc.max_receive_message_length", 64 << 20))
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class Refusal(Exception):
    """What a node answered instead: code, and with a reason what was wanted, came, and is to do."""

    def __init__(self, error):
        super().__init__(error.details())
        self.code = error.code()
        self.reason, self.domain, self.wanted, self.came, self.todo = "", "", "", "", ""
        for name, value in error.trailing_metadata() or ():
            if name != "grpc-status-details-bin":
                continue
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    self.reason, self.domain = info.reason, info.domain
                    self.wanted, self.came, self.todo = (
                        info.metadata[key] for key in ("wanted", "came", "todo"))


def credentials(root, certificate, key):
    """Mutual TLS from PEM files; without certificate and key only the server shows itself."""
    read = lambda path: pathlib.Path(path).read_bytes() if path else None
    return grpc.ssl_channel_credentials(read(root), read(key), read(certificate))


class Caller:
    """One identity's connection to one node."""

    def __init__(self, address, channel_credentials):
        self.channel = grpc.secure_channel(address, channel_credentials, OPTIONS)
        self.exchange = exchange_service_pb2_grpc.ExchangeServiceStub(self.channel)
        self.yard = yard_service_pb2_grpc.YardServiceStub(self.channel)
        self.gates = register_service_pb2_grpc.RegisterServiceStub(self.channel)
        self.link = link_service_pb2_grpc.LinkServiceStub(self.channel)
        self.raw_submit = self.channel.unary_unary("/gatepost.v1.ExchangeService/Submit")

    @classmethod
    def of(cls, sandbox, client):
        """The caller that a sandbox's client is, e.g. vn-clerk."""
        stated = sandbox.clients[client]
        node = sandbox.nodes[stated["node"]]
        return cls(node.address, credentials(node.root, stated["tlsCertificateFile"],
                                             stated["tlsKeyFile"]))

    @classmethod
    def node(cls, sandbox, of, to):
        """A caller that shows the TLS certificate of node `of` to node `to`."""
        return cls(to.address, credentials(to.root, of.tls_certificate, of.tls_key))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.channel.close()

    def call(self, method, request, seconds=CALL_SECONDS):
        """One call; a Refusal when it fails."""
        try:
            return method(request, timeout=seconds)
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def submit(self, request):
        return self.call(self.exchange.Submit, request)

    def submit_bytes(self, request_bytes, seconds=CALL_SECONDS):
        """Submit as the bytes on the wire: what came back is what the node wrote, to the byte."""
        return self.call(self.raw_submit, request_bytes, seconds)

    def get_node(self):
        return self.call(self.exchange.GetNode, exchange_service_pb2.GetNodeRequest())

    def link_state(self):
        return self.get_node().links[0]

    def status(self, reference):
        return self.call(self.exchange.GetStatus,
                         exchange_service_pb2.GetStatusRequest(reference=reference))

    def message(self, reference, author=""):
        return self.call(self.exchange.GetMessage, exchange_service_pb2.GetMessageRequest(
            reference=reference, author=author))
