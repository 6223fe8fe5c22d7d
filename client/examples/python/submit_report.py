#!/usr/bin/python3
"""Sends one yard report to a Gatepost node from Python, and prints the receipt.

It shows everything that a program in any language has to do: build the message, sign it (DSSE, ECDSA
P-256), hand it over through mutual TLS, and read the receipt. client/INTEGRATORS.md explains each
step. Needs Debian's python3-grpcio, python3-protobuf and python3-cryptography, and the stubs:

    mkdir -p stubs
    protoc -I proto --python_out=stubs --grpc_out=stubs \\
        --plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin \\
        proto/gatepost/v1/*.proto proto/gatepost/config/v1/client.proto proto/google/rpc/*.proto

    /usr/bin/python3 submit_report.py --stubs stubs --client-config D/clients/vn-service.textproto \\
        --date 2026-01-02 --as-of 2026-01-02T20:00:00+07:00 --scope LS-HN --waiting 97

Exit codes are those of the gatepost command: 0 accepted, 1 refused by a rule, 3 not reachable, 4 not
allowed.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import sys
import time

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PAYLOAD_TYPE = "application/vnd.gatepost.message.v1+protobuf"
ZONES = {datetime.timedelta(hours=7): "Asia/Ho_Chi_Minh",
         datetime.timedelta(hours=8): "Asia/Shanghai"}
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stubs", required=True, help="folder that protoc wrote")
    parser.add_argument("--client-config", required=True, help="as for the gatepost command")
    parser.add_argument("--date", required=True, help="business date, e.g. 2026-01-02")
    parser.add_argument("--as-of", required=True, help="RFC 3339 with +07:00 or +08:00")
    parser.add_argument("--scope", required=True, help="gate id of the register")
    parser.add_argument("--waiting", required=True, type=int,
                        help="vehicles waiting to leave the reporting side")
    parser.add_argument("--message-id", help="to send the same message again; default: a new one")
    parser.add_argument("--practice", action="store_true", help="the figures are made up")
    parser.add_argument("--json", action="store_true", help="print the answer as protobuf JSON")
    return parser.parse_args()


def uuid7():
    """RFC 9562: 48 bits of milliseconds, then version, variant and 74 random bits."""
    value = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | (value[6] & 0x0F)
    value[8] = 0x80 | (value[8] & 0x3F)
    text = value.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def pae(payload_type, payload):
    """DSSE's pre-authentication encoding: what is signed, and what identifies a message."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def read_chain(path):
    """The certificates of a PEM file, leaf first, as DER."""
    blocks = path.read_bytes().split(b"-----END CERTIFICATE-----")
    return [x509.load_pem_x509_certificate(block + b"-----END CERTIFICATE-----\n")
            .public_bytes(serialization.Encoding.DER) for block in blocks if b"BEGIN" in block]


def spiffe_id(der):
    names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
        x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.UniformResourceIdentifier)[0]


def zoned_time(zoned, when):
    """An instant with the civil zone its author wrote it in."""
    zoned.instant.FromDatetime(when.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    zoned.zone = ZONES[when.utcoffset()]


def build_message(args, config, author, message_pb2, yard_report_pb2):
    as_of = datetime.datetime.fromisoformat(args.as_of)
    if as_of.utcoffset() not in ZONES:
        sys.exit("--as-of needs the offset +07:00 or +08:00")
    message = message_pb2.Message()
    header = message.header
    header.message_id = args.message_id or uuid7()
    header.author = author
    zoned_time(header.authored_at, datetime.datetime.now(as_of.tzinfo))
    header.salt = os.urandom(16)
    header.origin_node = config.origin_node
    header.recipient_nodes.extend(config.recipient_nodes)
    header.scope_ids.append(args.scope)

    report = message.yard_report
    report.reporting_side = config.country
    date = datetime.date.fromisoformat(args.date)
    report.business_date.year = date.year
    report.business_date.month = date.month
    report.business_date.day = date.day
    zoned_time(report.as_of, as_of)
    report.revision = yard_report_pb2.REVISION_KIND_ORIGINAL
    report.practice_figures = args.practice
    figure = report.figures.add()
    figure.scope_id = args.scope
    figure.extent = yard_report_pb2.SCOPE_EXTENT_OWN
    figure.direction = (yard_report_pb2.DIRECTION_VN_TO_CN if config.country == "VN"
                        else yard_report_pb2.DIRECTION_CN_TO_VN)
    figure.measure = yard_report_pb2.MEASURE_WAITING
    figure.load = yard_report_pb2.LOAD_ANY
    figure.dwell = yard_report_pb2.DWELL_ANY
    figure.quantity.state = yard_report_pb2.VALUE_STATE_REPORTED
    figure.quantity.value = args.waiting
    figure.quantity.qualifier = yard_report_pb2.QUALIFIER_EXACT
    figure.quantity.unit = yard_report_pb2.UNIT_VEHICLES
    return message


def sign(request, message, chain, key):
    """Fills in the envelope: the bytes that are signed are the bytes that are sent."""
    envelope = request.envelope
    envelope.payload_type = PAYLOAD_TYPE
    envelope.payload = message.SerializeToString()
    signature = envelope.signatures.add()
    signature.certificate_sha256 = hashlib.sha256(chain[0]).digest()
    signature.suite = "ecdsa-p256-sha256"
    signature.value = key.sign(pae(PAYLOAD_TYPE, envelope.payload), ec.ECDSA(hashes.SHA256()))
    request.chains.add().certificates.extend(chain)


def print_refusal(error, status_pb2, error_details_pb2):
    """The stable reason code, what was wanted, what came and what to do (INTEGRATORS.md)."""
    for name, value in error.trailing_metadata() or ():
        if name != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                print("refused:", info.reason, file=sys.stderr)
                for field in ("wanted", "came", "todo"):
                    print(f"  {field}: {info.metadata[field]}", file=sys.stderr)
                return
    print("refused:", error.code().name, error.details(), file=sys.stderr)


def main():
    args = arguments()
    sys.path.insert(0, args.stubs)
    from gatepost.config.v1 import client_pb2
    from gatepost.v1 import (exchange_service_pb2, exchange_service_pb2_grpc, message_pb2,
                             yard_report_pb2)
    from google.protobuf import json_format, text_format
    from google.rpc import error_details_pb2, status_pb2

    config_path = pathlib.Path(args.client_config)
    config = text_format.Parse(config_path.read_text(), client_pb2.ClientConfig())

    def file(name):  # Relative paths are relative to the config file.
        return config_path.parent / name

    credentials = grpc.ssl_channel_credentials(
        root_certificates=b"".join(file(name).read_bytes() for name in config.root_files),
        private_key=file(config.tls_key_file).read_bytes(),
        certificate_chain=file(config.tls_certificate_file).read_bytes())
    chain = read_chain(file(config.signing_certificate_file))
    key = serialization.load_pem_private_key(file(config.signing_key_file).read_bytes(), None)

    message = build_message(args, config, spiffe_id(chain[0]), message_pb2, yard_report_pb2)
    request = exchange_service_pb2.SubmitRequest()
    sign(request, message, chain, key)
    # Keep the envelope before the first send: only the same bytes get the same answer again.
    with grpc.secure_channel(config.node_address, credentials) as channel:
        exchange = exchange_service_pb2_grpc.ExchangeServiceStub(channel)
        try:
            response = exchange.Submit(request, timeout=(config.deadline_ms or 10000) / 1000)
        except grpc.RpcError as error:
            print_refusal(error, status_pb2, error_details_pb2)
            return {grpc.StatusCode.UNAVAILABLE: 3, grpc.StatusCode.DEADLINE_EXCEEDED: 3,
                    grpc.StatusCode.PERMISSION_DENIED: 4,
                    grpc.StatusCode.UNAUTHENTICATED: 4}.get(error.code(), 1)
    if args.json:
        print(json_format.MessageToJson(response, indent=None))
        return 0
    digest = hashlib.sha256(pae(PAYLOAD_TYPE, request.envelope.payload)).hexdigest()
    print(f"accepted as {response.short_reference}, message {response.message_id}")
    print(f"PAE digest {digest}")
    print("the node's leaf:")
    print(response.receipt.leaf.decode(), end="")
    print("its proof:")
    print(response.receipt.proof.decode(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
