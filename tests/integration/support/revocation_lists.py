"""Revocation lists of a sandbox's roots, as their authority would issue them."""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from . import issuer


def make(node, revoked=(), age=datetime.timedelta(hours=1)):
    """A list of the root of `node`'s side, `age` old, good for a day: certificate files that it
    revoked an hour before, or since when (file, seconds since 1970); PEM."""
    root = issuer.Issuer.of(node)
    issued = datetime.datetime.utcnow() - age
    builder = (x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
               .last_update(issued).next_update(issued + issuer.DAY)
               .add_extension(x509.CRLNumber(int(issued.timestamp())), critical=False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                   root.key.public_key()), critical=False))
    for one in revoked:
        certificate, since = one if isinstance(one, tuple) else (
            one, (issued - datetime.timedelta(hours=1) - datetime.datetime(1970, 1, 1))
            .total_seconds())
        serial = x509.load_pem_x509_certificate(
            pathlib.Path(certificate).read_bytes()).serial_number
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial)
            .revocation_date(datetime.datetime.utcfromtimestamp(since)).build())
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def domain_of(node):
    return node.spiffe_id.split("/")[2]


def name_in_config(node, of, path):
    """From its next start on `node` goes by this list of the domain of node `of`."""
    config = pathlib.Path(node.config)
    name = f'name: "{domain_of(of)}"\n'
    text = config.read_text()
    assert text.count(name) == 1, text
    config.write_text(text.replace(name, f'{name}  revocation_list_files: "{path}"\n'))
