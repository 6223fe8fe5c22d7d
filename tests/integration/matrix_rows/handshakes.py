"""Who is not let in: certificates that do not hold, and transports that are none."""

import contextlib
import os
import socket
import ssl
import warnings

import grpc
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import calls, issuer

from .row import CUT_OFF, DaemonLog, Row

CLOSED = "CLOSED"
NO_HANDSHAKE = "NO HANDSHAKE"
BY_TLS = "handshake ended by TLS"
ANSWER_SECONDS = 10
HTTP2_BEGIN = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])


def rows(world):
    """Each shows its certificate to vn's node, or none."""
    yield from certificates(world)
    yield from transports(world)


def certificates(world):
    """(name, reason in the daemon's log, certificate) of callers who are cut off."""
    vn, cn, stranger, folder = world.root, world.cn_root, world.stranger, world.folder
    clerk, day = world.id_of("vn-clerk"), issuer.DAY
    own_root = issuer.Issuer.stranger("self-signed")
    leaf = vn.issue(folder, "leaf-as-authority", clerk)
    vouched = issuer.Issuer.holding(*leaf)
    both = [ExtendedKeyUsageOID.CLIENT_AUTH, issuer.DOCUMENT_SIGNING]
    cases = [
        ("a root that nobody pinned", "CHAIN_BROKEN", stranger.issue(folder, "strange", clerk)),
        ("an authority of one's own", "CHAIN_BROKEN", own_root.issue(folder, "own", clerk)),
        ("a self-signed certificate", "CHAIN_BROKEN", self_signed(folder, clerk)),
        ("issued by a clerk's certificate", "CHAIN_BROKEN",
         vouched.issue(folder, "vouched", clerk, chain=[leaf[0]])),
        ("the name of this side under the other's root", "CROSS_DOMAIN",
         cn.issue(folder, "crossed", clerk)),
        ("the name of the other side under this root", "CROSS_DOMAIN",
         vn.issue(folder, "crossed-back", world.id_of("cn-clerk"))),
        ("a trust domain that nobody knows", "UNKNOWN_TRUST_DOMAIN", vn.issue(
            folder, "elsewhere", "spiffe://elsewhere.practice.example/agency/a/clerk/b")),
        ("expired yesterday", "CERTIFICATE_EXPIRED",
         vn.issue(folder, "old", clerk, begin=-3 * day, end=-day)),
        ("valid from tomorrow on", "CERTIFICATE_NOT_YET_VALID",
         vn.issue(folder, "new", clerk, begin=day)),
        ("revoked by its authority", "CERTIFICATE_REVOKED", world.tls_files("vn-revoked")),
        ("on the deny list", "IDENTITY_DENIED", world.tls_files("vn-denied")),
        ("a signing certificate for TLS", "CERTIFICATE_WRONG_USAGE", signing_files(world)),
        ("a certificate for TLS and signing at once", "CERTIFICATE_WRONG_USAGE",
         vn.issue(folder, "both", clerk, usages=both)),
        ("a server's certificate alone", "CERTIFICATE_WRONG_USAGE", vn.issue(
            folder, "server", clerk, usages=[ExtendedKeyUsageOID.SERVER_AUTH])),
        ("an authority's certificate as a caller's", "CERTIFICATE_WRONG_USAGE",
         vn.issue(folder, "authority", clerk, ca=True)),
        ("a node's name in a person's certificate", "CERTIFICATE_WRONG_USAGE",
         vn.issue(folder, "node-name", world.vn.spiffe_id)),
        ("an RSA key of 2048 bits", "WEAK_KEY",
         vn.issue(folder, "rsa", clerk, key=rsa.generate_private_key(65537, 2048))),
        ("a P-384 key, which no profile has", "WEAK_KEY",
         vn.issue(folder, "p384", clerk, key=ec.generate_private_key(ec.SECP384R1()))),
        ("no SPIFFE name", "BAD_SPIFFE_ID", vn.issue(folder, "nameless", "")),
        ("two SPIFFE names", "BAD_SPIFFE_ID",
         vn.issue(folder, "twofold", clerk, also=[world.id_of("vn-officer")])),
        ("a name of no form that is known", "BAD_SPIFFE_ID",
         vn.issue(folder, "odd", clerk + "/a/b")),
    ]
    for name, reason, files in cases:
        yield Row(name, knock(world, files), CUT_OFF, DaemonLog(reason))


def self_signed(folder, spiffe_id):
    """A certificate of nobody but its own key, which is that of the profile otherwise."""
    key = ec.generate_private_key(ec.SECP256R1())
    itself = issuer.Issuer(issuer.Issuer.stranger("alone").certificate, key)
    return itself.issue(folder, "alone", spiffe_id, key=key)


def signing_files(world):
    stated = world.box.clients["vn-clerk"]
    return stated["signingCertificateFile"], stated["signingKeyFile"]


def knock(world, files):
    """The act of calling with these files; gRPC tells the caller nothing but that it ended."""
    def call():
        with calls.Caller(world.vn.address,
                          calls.credentials(world.vn.root, *files)) as caller:
            caller.get_node()
    return world.refused(call)


def transports(world):
    """Those whom TLS itself sends away: no certificate of theirs is ever judged."""
    # Today's libraries refuse to show such a key: by hand, with their own care turned off.
    yield Row("an RSA key of 1024 bits", rsa_1024(world), CLOSED, DaemonLog("WEAK_KEY"))
    yield Row("no certificate", knock(world, (None, None)), CUT_OFF,
              DaemonLog("NO_CERTIFICATE", BY_TLS))
    for name, version in (("TLS 1.2 and no later", ssl.TLSVersion.TLSv1_2),
                          ("TLS 1.1 and no later", ssl.TLSVersion.TLSv1_1)):
        yield Row(name, handshake(world, world.tls_files("vn-clerk"), version), NO_HANDSHAKE,
                  DaemonLog("unsupported protocol", BY_TLS))
    yield Row("gRPC in the clear", in_the_clear(world), CUT_OFF,
              DaemonLog("wrong version number", BY_TLS))
    yield Row("noise instead of TLS", noise(world), CLOSED,
              DaemonLog("wrong version number", BY_TLS))


def connect(world):
    host, port = world.vn.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS)


def handshake(world, files, most=ssl.TLSVersion.TLSv1_3):
    """The act of a TLS handshake by hand, up to the first bytes of HTTP/2."""
    def act():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = min(most, ssl.TLSVersion.TLSv1_2)
            context.maximum_version = most
        context.set_alpn_protocols(["h2"])
        context.load_cert_chain(*files)
        try:
            with connect(world) as plain, context.wrap_socket(plain) as secure:
                secure.sendall(HTTP2_BEGIN)
                while secure.recv(65536):
                    pass
        except ssl.SSLZeroReturnError:
            return NO_HANDSHAKE
        except ConnectionError:
            return CLOSED
        return CLOSED
    return act


def rsa_1024(world):
    return handshake(world, world.root.issue(
        world.folder, "rsa-1024", world.id_of("vn-clerk"),
        key=rsa.generate_private_key(65537, 1024)))


def in_the_clear(world):
    def call():
        with grpc.insecure_channel(world.vn.address, calls.OPTIONS) as channel:
            stub = calls.exchange_service_pb2_grpc.ExchangeServiceStub(channel)
            stub.GetNode(calls.exchange_service_pb2.GetNodeRequest(), timeout=5)
    return world.refused(call)


def noise(world):
    def act():
        with connect(world) as plain:
            plain.sendall(os.urandom(512))
            with contextlib.suppress(ConnectionError):
                while plain.recv(65536):
                    pass
            return CLOSED
    return act
