"""Messages as an agency's own program would make them: built, signed, ready to submit."""

import base64
import datetime
import hashlib
import os
import pathlib
import random
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import merkle, places  # The latter makes the stubs importable.
from gatepost.v1 import exchange_service_pb2, message_pb2, yard_report_pb2

assert places.STUBS
PAYLOAD_TYPE = "application/vnd.gatepost.message.v1+protobuf"
BATCH_HEAD_TYPE = "application/vnd.gatepost.batch-head.v1"
ZONES = {"VN": ("Asia/Ho_Chi_Minh", 7), "CN": ("Asia/Shanghai", 8)}
PEERS = {"vn-langson": "cn-pingxiang", "cn-pingxiang": "vn-langson"}


def uuid7():
    """RFC 9562: 48 bits of milliseconds, then version, variant and 74 random bits."""
    value = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | (value[6] & 0x0F)
    value[8] = 0x80 | (value[8] & 0x3F)
    text = value.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def pae(payload_type, payload):
    """DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def read_chain(path):
    """The certificates of a PEM file, leaf first, as DER."""
    blocks = pathlib.Path(path).read_bytes().split(b"-----END CERTIFICATE-----")
    return [x509.load_pem_x509_certificate(block + b"-----END CERTIFICATE-----\n")
            .public_bytes(serialization.Encoding.DER) for block in blocks if b"BEGIN" in block]


class Author:
    """Someone of a sandbox who signs with his own P-256 key: anybody but cn-officer, who has SM2."""

    def __init__(self, sandbox, client):
        stated = sandbox.clients[client]
        self.node = stated["node"]
        self.country = sandbox.nodes[self.node].country
        self.spiffe_id = stated["spiffeId"]
        self.take(stated["signingCertificateFile"], stated["signingKeyFile"])

    def take(self, certificate_file, key_file):
        """From now on he signs with this certificate."""
        self.chain = read_chain(certificate_file)
        self.key = serialization.load_pem_private_key(pathlib.Path(key_file).read_bytes(), None)
        return self

    def message(self):
        """A message with its header and no body yet."""
        message = message_pb2.Message()
        header = message.header
        header.message_id = uuid7()
        header.author = self.spiffe_id
        header.authored_at.instant.GetCurrentTime()
        header.authored_at.zone = ZONES[self.country][0]
        header.salt = os.urandom(16)
        header.origin_node = self.node
        header.recipient_nodes.append(PEERS[self.node])
        return message

    def ping(self):
        message = self.message()
        message.ping.token = f"test-{random.randrange(1 << 30)}"
        return message

    def report(self, as_of, scope="LS-HN", waiting=97):
        """An original of one waiting figure; `as_of` is a civil time of the author's side."""
        zone, hours = ZONES[self.country]
        message = self.message()
        message.header.scope_ids.append(scope)
        report = message.yard_report
        report.reporting_side = self.country
        report.business_date.year = as_of.year
        report.business_date.month = as_of.month
        report.business_date.day = as_of.day
        report.as_of.instant.FromDatetime(as_of - datetime.timedelta(hours=hours))
        report.as_of.zone = zone
        report.revision = yard_report_pb2.REVISION_KIND_ORIGINAL
        report.practice_figures = True
        figure = report.figures.add()
        figure.scope_id = scope
        figure.extent = yard_report_pb2.SCOPE_EXTENT_OWN
        figure.direction = (yard_report_pb2.DIRECTION_VN_TO_CN if self.country == "VN"
                            else yard_report_pb2.DIRECTION_CN_TO_VN)
        figure.measure = yard_report_pb2.MEASURE_WAITING
        figure.load = yard_report_pb2.LOAD_ANY
        figure.dwell = yard_report_pb2.DWELL_ANY
        figure.quantity.state = yard_report_pb2.VALUE_STATE_REPORTED
        figure.quantity.value = waiting
        figure.quantity.qualifier = yard_report_pb2.QUALIFIER_EXACT
        figure.quantity.unit = yard_report_pb2.UNIT_VEHICLES
        return message

    def signature(self, payload, payload_type=PAYLOAD_TYPE):
        """A new ECDSA signature: its bytes differ each time."""
        return self.key.sign(pae(payload_type, payload), ec.ECDSA(hashes.SHA256()))

    def request(self, message, payload_type=PAYLOAD_TYPE):
        """`message` (or ready payload bytes) signed, with the chain."""
        request = exchange_service_pb2.SubmitRequest()
        envelope = request.envelope
        envelope.payload_type = payload_type
        envelope.payload = message if isinstance(message, bytes) else message.SerializeToString()
        signature = envelope.signatures.add()
        signature.certificate_sha256 = hashlib.sha256(self.chain[0]).digest()
        signature.suite = "ecdsa-p256-sha256"
        signature.value = self.signature(envelope.payload, payload_type)
        request.chains.add().certificates.extend(self.chain)
        return request

    def batch(self, bodies):
        """The messages signed together: a request for each of them, in order."""
        payloads = [message.SerializeToString() for message in bodies]
        inputs = [hashlib.sha256(pae(PAYLOAD_TYPE, payload)).digest() for payload in payloads]
        head = (f"gatepost-batch/v1\nauthor {self.spiffe_id}\nsize {len(bodies)}\n"
                f"root {base64.b64encode(merkle.root(inputs)).decode()}\n").encode()
        signed = self.request(head, BATCH_HEAD_TYPE)
        requests = []
        for index, payload in enumerate(payloads):
            request = exchange_service_pb2.SubmitRequest(chains=signed.chains)
            envelope = request.envelope
            envelope.payload_type, envelope.payload = PAYLOAD_TYPE, payload
            envelope.batch.head_payload = head
            envelope.batch.head_signatures.extend(signed.envelope.signatures)
            envelope.batch.index = index
            envelope.batch.path.extend(merkle.path(inputs, index))
            requests.append(request)
        return requests

    def sign_too(self, request):
        """The request with his signature and chain added."""
        both = exchange_service_pb2.SubmitRequest()
        both.CopyFrom(request)
        signature = both.envelope.signatures.add()
        signature.certificate_sha256 = hashlib.sha256(self.chain[0]).digest()
        signature.suite = "ecdsa-p256-sha256"
        signature.value = self.signature(request.envelope.payload)
        both.chains.add().certificates.extend(self.chain)
        return both

    def signed_afresh(self, request):
        """The same message with other signature bytes, which its sameness must survive."""
        again = exchange_service_pb2.SubmitRequest()
        again.CopyFrom(request)
        again.envelope.signatures[0].value = self.signature(request.envelope.payload)
        assert again.envelope.signatures[0].value != request.envelope.signatures[0].value
        return again


def day_of_reports(first=datetime.datetime(2025, 3, 1)):
    """Civil times, one minute apart: each can be the as-of of one original report."""
    while True:
        yield first
        first += datetime.timedelta(minutes=1)
