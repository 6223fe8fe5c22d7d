"""Certificates as somebody else would issue them: right ones, wrong ones, and ones of strangers."""

import datetime
import ipaddress
import pathlib
import subprocess

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
        return cls.holding(node.root, node.root_key)

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

    @classmethod
    def holding(cls, certificate_file, key_file):
        """Whoever holds a certificate with its key, and issues others with it, rightly or not."""
        return cls(x509.load_pem_x509_certificate(pathlib.Path(certificate_file).read_bytes()),
                   serialization.load_pem_private_key(pathlib.Path(key_file).read_bytes(), None))

    def issue(self, folder, name, spiffe_id, begin=-DAY, end=30 * DAY, signing=False, node=False,
              key=None, also=(), ca=False, usages=None, chain=()):
        """A client's or node's TLS (or signing) certificate in folder/name.crt and .key; both paths.

        What makes it wrong: `key` of another kind, `also` further URIs beside the name, `ca` set,
        other extended key `usages` than those of its profile. `chain` are PEM files that follow it.
        """
        key = key or ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        if usages is None:
            usages = [DOCUMENT_SIGNING] if signing else [ExtendedKeyUsageOID.CLIENT_AUTH]
            if node:
                usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        names = [x509.UniformResourceIdentifier(one) for one in (spiffe_id, *also) if one]
        names = names or [x509.DNSName("nobody")]
        if node:
            names += [x509.DNSName("localhost"),
                      x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
        key_usage = _key_usage(digital_signature=True, content_commitment=signing,
                               key_cert_sign=ca)
        certificate = (
            x509.CertificateBuilder().subject_name(_name(name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now + begin).not_valid_after(now + end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(key_usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                self.key.public_key()), False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256()))
        files = folder / f"{name}.crt", folder / f"{name}.key"
        files[0].write_bytes(b"".join([
            certificate.public_bytes(serialization.Encoding.PEM),
            *(pathlib.Path(path).read_bytes() for path in chain)]))
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                               serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        files[1].chmod(0o600)
        return files


def _key_usage(**true):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: true.get(name, False) for name in names})


def explicit_curve(node, folder, name, spiffe_id):
    """A signing certificate whose P-256 key spells its curve out instead of naming it; both paths.
    Made by the openssl command, since this library refuses to."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    extensions, request = folder / f"{name}.cnf", folder / f"{name}.csr"
    extensions.write_text(
        "basicConstraints = critical, CA:FALSE\n"
        "keyUsage = critical, digitalSignature, nonRepudiation\n"
        f"extendedKeyUsage = {DOCUMENT_SIGNING.dotted_string}\n"
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n"
        f"subjectAltName = URI:{spiffe_id}\n")
    for arguments in (
            ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt",
             "ec_param_enc:explicit", "-out", key),
            ("req", "-new", "-key", key, "-subj", f"/O=GATEPOST PRACTICE/CN={name}", "-out",
             request),
            ("x509", "-req", "-in", request, "-CA", node.root, "-CAkey", node.root_key, "-days",
             "30", "-set_serial", str(x509.random_serial_number()), "-extfile", extensions, "-out",
             certificate)):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True,
                       timeout=30)
    key.chmod(0o600)
    return certificate, key
