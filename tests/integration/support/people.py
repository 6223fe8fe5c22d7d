"""More posts than a sandbox has by itself: each with a TLS and a signing certificate of its side."""

from . import issuer, revocation_lists


def enrol(sandbox, name, path, folder, node=None):
    """Makes the post `path` (e.g. agency/board/clerk/desk-2) of a node's side (of vn's when none is
    named) a client of the sandbox under `name`, as its own ones are; its SPIFFE id."""
    node = node or sandbox.vn
    root = issuer.Issuer.of(node)
    spiffe_id = f"spiffe://{revocation_lists.domain_of(node)}/{path}"
    tls = root.issue(folder, f"{name}-tls", spiffe_id)
    signing = root.issue(folder, f"{name}-sign", spiffe_id, signing=True)
    sandbox.clients[name] = {
        "name": name, "node": node.name, "spiffeId": spiffe_id,
        "tlsCertificateFile": tls[0], "tlsKeyFile": tls[1],
        "signingCertificateFile": signing[0], "signingKeyFile": signing[1]}
    return spiffe_id
