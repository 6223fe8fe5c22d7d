"""Certificates as somebody else would issue them: right ones, wrong ones, and ones of strangers."""

import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "GATEPOST PRACTICE"),
                      x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Issuer:
    """A root with its key: that of a sandbox's node, or a stranger's own."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @classmethod
    def of(cls, node):
        """The practice root of a node's side, whose key the sandbox gives out."""
        return cls(x509.load_pem_x509_certificate(pathlib.Path(node.root).read_bytes()),
                   serialization.load_pem_private_key(
                       pathlib.Path(node.root_key).read_bytes(), None))

    @classmethod
    def stranger(cls, common_name):
        """A root that nobody trusts, whatever it calls itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name, now = _name(common_name), datetime.datetime.utcnow()
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256()))
        return cls(certificate, key)

    def issue(self, folder, name, spiffe_id, begin=-DAY, end=30 * DAY, signing=False, node=False):
        """A client's or node's TLS (or signing) certificate in folder/name.crt and .key; both paths."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        usages = [DOCUMENT_SIGNING] if signing else [ExtendedKeyUsageOID.CLIENT_AUTH]
        if node:
            usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        uri = [x509.UniformResourceIdentifier(spiffe_id)] if spiffe_id else [x509.DNSName("nobody")]
        if node:
            uri += [x509.DNSName("localhost"),
                    x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder().subject_name(_name(name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now + begin).not_valid_after(now + end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(digital_signature=True, content_commitment=signing),
                           critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                self.key.public_key()), False)
            .add_extension(x509.SubjectAlternativeName(uri), critical=False)
            .sign(self.key, hashes.SHA256()))
        files = folder / f"{name}.crt", folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                               serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        files[1].chmod(0o600)
        return files


def _key_usage(**true):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: true.get(name, False) for name in names})
