"""Envelopes that nobody may hand in: signatures, signers, headers and payloads that are not right."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support import issuer, messages

from .row import FIRST_ANSWER, Leaf, NoLeaf, Row

REPEATED = "it was answered before"


def rows(world):
    """All are handed in at vn's node, by the clerk where nobody else is named."""
    logged = Leaf("REFUSED", world.id_of("vn-clerk"))
    for part in (signed_by, signatures, headers):
        for name, wanted, request in part(world):
            yield Row(name, world.submits(request), wanted, logged)
    yield from handed_in(world)
    yield from repeats(world)


def signed_by(world):
    """Certificates that may not sign, or not this."""
    vn, cn, stranger, folder = world.root, world.cn_root, world.stranger, world.folder
    clerk, day = world.id_of("vn-clerk"), issuer.DAY

    def by(files):
        return world.author("vn-clerk").take(*files).request(world.report())

    def issued(authority, name, spiffe_id=clerk, **wrong):
        return by(authority.issue(folder, f"sign-{name}", spiffe_id, signing=True, **wrong))

    def as_author(client):
        author = world.author(client)
        return author.request(author.ping())

    yield "signed under a strange root", "CHAIN_BROKEN", issued(stranger, "strange")
    yield "signed under the other side's root", "CROSS_DOMAIN", issued(cn, "crossed")
    yield "signed in a domain nobody knows", "UNKNOWN_TRUST_DOMAIN", issued(
        stranger, "elsewhere", "spiffe://elsewhere.practice.example/agency/a/clerk/b")
    yield "signed with an expired certificate", "CERTIFICATE_EXPIRED", issued(
        vn, "old", begin=-3 * day, end=-day)
    yield "signed with one of tomorrow", "CERTIFICATE_NOT_YET_VALID", issued(vn, "new", begin=day)
    yield "signed with a revoked certificate", "CERTIFICATE_REVOKED", as_author("vn-revoked")
    yield "signed by a denied post", "IDENTITY_DENIED", as_author("vn-denied")
    yield "signed with a TLS certificate", "CERTIFICATE_WRONG_USAGE", by(
        world.tls_files("vn-clerk"))
    yield "signed with an authority's certificate", "CERTIFICATE_WRONG_USAGE", issued(
        vn, "authority", ca=True)
    yield "signed with a node's name", "CERTIFICATE_WRONG_USAGE", issued(
        vn, "node", world.vn.spiffe_id)
    yield "signed without a SPIFFE name", "BAD_SPIFFE_ID", issued(vn, "nameless", "")
    yield "signed with two SPIFFE names", "BAD_SPIFFE_ID", issued(
        vn, "twofold", also=[world.id_of("vn-officer")])
    yield "a signing key of P-192", "WEAK_KEY", issued(
        vn, "p192", key=ec.generate_private_key(ec.SECP192R1()))
    yield "a signing key of P-384", "WEAK_KEY", issued(
        vn, "p384", key=ec.generate_private_key(ec.SECP384R1()))
    yield "a curve spelled out instead of named", "WEAK_KEY", explicit_curve(world)
    yield "a signing key of RSA, 1024 bits", "WEAK_KEY", rsa_1024(world)
    yield "a certificate that is none", "CERTIFICATE_MALFORMED", garbage(world)


def explicit_curve(world):
    """Signed by another P-256 key: the certificate is refused before anybody looks at the value."""
    files = issuer.explicit_curve(world.vn, world.folder, "explicit", world.id_of("vn-clerk"))
    return under(world, messages.read_chain(files[0]))


def rsa_1024(world):
    files = world.root.issue(world.folder, "sign-rsa", world.id_of("vn-clerk"), signing=True,
                             key=rsa.generate_private_key(65537, 1024))
    return under(world, messages.read_chain(files[0]))


def garbage(world):
    return under(world, [b"no certificate"])


def under(world, chain):
    """A report that names this chain as its signer's."""
    author = world.author("vn-clerk")
    author.chain = chain
    return author.request(world.report())


def signatures(world):
    """What is signed, and what is not."""
    clerk = world.author("vn-clerk")

    def changed(change):
        request = clerk.request(world.report())
        change(request.envelope)
        return request

    def altered(change):
        """Another payload under the signature."""
        def change_payload(envelope):
            message = messages.message_pb2.Message.FromString(envelope.payload)
            change(message)
            envelope.payload = message.SerializeToString()
        return changed(change_payload)

    def flip(envelope):
        value = envelope.signatures[0].value
        envelope.signatures[0].value = value[:-1] + bytes([value[-1] ^ 1])

    def lends_name(envelope):
        envelope.signatures[0].certificate_sha256 = hashlib.sha256(
            world.author("vn-officer").chain[0]).digest()

    first = changed(lambda envelope: None)
    borrowed = changed(lambda envelope: envelope.signatures[0].CopyFrom(
        first.envelope.signatures[0]))
    officers = changed(lends_name)
    officers.chains.add().certificates.extend(world.author("vn-officer").chain)
    no_chain = changed(lambda envelope: None)
    del no_chain.chains[:]
    no_chain.envelope.signatures[0].certificate_sha256 = bytes(32)

    yield "unsigned", "UNSIGNED", changed(lambda e: e.ClearField("signatures"))
    yield "a figure changed after it was signed", "BAD_SIGNATURE", altered(
        lambda m: setattr(m.yard_report.figures[0].quantity, "value", 1))
    yield "re-addressed: another recipient", "BAD_SIGNATURE", altered(
        lambda m: m.header.recipient_nodes.append("cn-hekou"))
    yield "re-dated after it was signed", "BAD_SIGNATURE", altered(
        lambda m: setattr(m.header.authored_at.instant, "nanos", 1))
    yield "the signature of another message", "BAD_SIGNATURE", borrowed
    yield "a clerk's signature as the officer's", "BAD_SIGNATURE", officers
    yield "one bit of the signature", "BAD_SIGNATURE", changed(flip)
    yield "a suite nobody knows", "SUITE_NOT_ALLOWED", changed(
        lambda e: setattr(e.signatures[0], "suite", "none"))
    yield "SM2, which this domain does not allow", "SUITE_NOT_ALLOWED", changed(
        lambda e: setattr(e.signatures[0], "suite", "sm2-sm3"))
    yield "a certificate that nobody holds", "CERTIFICATE_NOT_HELD", no_chain
    yield "two signatures of one post", "DUPLICATE_SIGNER", changed(
        lambda e: e.signatures.add().CopyFrom(e.signatures[0]))
    yield "two certificates of one post", "DUPLICATE_SIGNER", second_certificate(
        world, clerk.request(world.report()))
    yield "seventeen signatures", "TOO_LARGE", changed(
        lambda e: e.signatures.extend([e.signatures[0]] * 16))
    yield "signed alone and in a batch", "MALFORMED_ENVELOPE", changed(
        lambda e: setattr(e.batch, "head_payload", b"gatepost-batch/v1\n"))
    yield "another payload type", "UNKNOWN_PAYLOAD_TYPE", clerk.request(
        world.report(), "application/json")
    yield "the payload type of a batch's head", "UNKNOWN_PAYLOAD_TYPE", clerk.request(
        world.report(), "application/vnd.gatepost.batch-head.v1")
    yield "a payload that is no message", "MALFORMED_PAYLOAD", clerk.request(b"\xff no fields")


def second_certificate(world, request):
    """The clerk's request with a signature more of his, with another certificate of his own."""
    files = world.root.issue(world.folder, "second", world.id_of("vn-clerk"), signing=True)
    return world.author("vn-clerk").take(*files).sign_too(request)


def headers(world):
    """Rightly signed, and wrongly addressed or named."""
    clerk = world.author("vn-clerk")

    def header(change, client="vn-clerk"):
        message = world.report(client)
        change(message.header)
        return clerk.request(message)

    def turned(head):
        head.origin_node = world.cn.name
        head.recipient_nodes[:] = [world.vn.name]

    yield "written in the officer's name", "AUTHOR_NOT_SIGNER", header(lambda h: None, "vn-officer")
    yield "written in a name of the other side", "AUTHOR_NOT_SIGNER", header(
        lambda h: setattr(h, "author", world.id_of("cn-clerk")))
    yield "another origin node", "NOT_ADDRESSED_HERE", header(
        lambda h: setattr(h, "origin_node", "vn-caobang"))
    yield "from the other node to this one", "NOT_ADDRESSED_HERE", header(turned)
    yield "a recipient without a link", "UNKNOWN_RECIPIENT", header(
        lambda h: h.recipient_nodes.append("cn-hekou"))
    yield "written tomorrow", "FUTURE_DATE", header(
        lambda h: setattr(h.authored_at.instant, "seconds",
                          h.authored_at.instant.seconds + 86_400))
    yield "a message id of another kind", "BAD_MESSAGE_ID", header(
        lambda h: setattr(h, "message_id", "0194e1a2-7c00-4000-8000-0123456789ab"))
    yield "a salt of four bytes", "SALT_TOO_SHORT", header(lambda h: setattr(h, "salt", b"salt"))


def handed_in(world):
    """Good envelopes in the wrong hands."""
    clerk = world.author("vn-clerk")
    stolen = clerk.request(world.report())
    yield Row("handed in by another agency", world.submits(stolen, "vn-port"), "NOT_ALLOWED",
              Leaf("REFUSED", world.id_of("vn-port")))
    yield Row("handed in by a node", world.as_node(world.cn, lambda caller: caller.submit(
        stolen)), "NOT_ALLOWED",
              Leaf("DENIED", world.cn.spiffe_id, "call:Submit"))
    yield Row("handed in at the other side's node", world.submits(stolen, "cn-clerk"),
              "NOT_ALLOWED",
              Leaf("REFUSED", world.id_of("cn-clerk"), node=world.cn.name))
    foreign = world.author("cn-clerk")
    yield Row("the other side's envelope handed in here",
              world.submits(foreign.request(foreign.ping())), "NOT_ALLOWED",
              Leaf("REFUSED", world.id_of("vn-clerk")))
    odd = world.author("vn-denied-there")
    yield Row("signed by whom the other side denies", world.refused_there(odd.request(odd.ping())),
              "IDENTITY_DENIED",
              Leaf("DELIVERED", world.vn.spiffe_id, node=world.cn.name,
                   beside=((world.vn.name, "ACCEPTED"),)))


def repeats(world):
    """What came before comes again: as it was it gets its first answer, changed it is refused."""
    clerk = world.author("vn-clerk")
    logged = Leaf("REFUSED", world.id_of("vn-clerk"))
    message = world.report()
    request = clerk.request(message)
    first = world.accept(request)

    def again(repeat, answer=first):
        def act():
            came = world.caller("vn-clerk").submit_bytes(repeat.SerializeToString())
            return FIRST_ANSWER if came == answer else "ANOTHER ANSWER"
        return act

    yield Row("replayed", again(request), FIRST_ANSWER, NoLeaf(REPEATED))
    yield Row("replayed with another signature", again(clerk.signed_afresh(request)), FIRST_ANSWER,
              NoLeaf(REPEATED))
    other = messages.message_pb2.Message()
    other.CopyFrom(message)
    other.yard_report.figures[0].quantity.value += 1
    yield Row("another payload under the same id", world.submits(clerk.request(other)),
              "MESSAGE_ID_REUSED", logged)
    spelled = respelled(message)
    assert messages.message_pb2.Message.FromString(spelled) == message
    yield Row("the same message, spelled another way", world.submits(clerk.request(spelled)),
              "MESSAGE_ID_REUSED", logged)
    second = world.report()
    second.yard_report.as_of.CopyFrom(message.yard_report.as_of)
    yield Row("a second original of one report", world.submits(clerk.request(second)),
              "DUPLICATE_REPORT", logged)
    assert again(request)() == FIRST_ANSWER, "the first answer is not what it was"


def respelled(message):
    """The same fields in another order: equal when read, and other bytes."""
    body = messages.message_pb2.Message()
    body.CopyFrom(message)
    body.ClearField("header")
    header = messages.message_pb2.Message()
    header.header.CopyFrom(message.header)
    return body.SerializeToString() + header.SerializeToString()
