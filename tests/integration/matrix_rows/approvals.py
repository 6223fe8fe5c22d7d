"""Second signatures, emergencies and answers to proposals, by whom they do not belong to."""

import datetime
import json

from support import calls, ledger, messages
from gatepost.v1 import notice_pb2, timetable_pb2

from .envelopes import second_certificate
from .row import FIRST_ANSWER, Leaf, NoLeaf, Row

YEAR = datetime.datetime.now(datetime.timezone.utc).year + 1
DROPS = calls.exchange_service_pb2.DropHeldRequest


def rows(world):
    """What waits, what could not wait, and what is proposed."""
    yield from held(world)
    yield from emergencies(world)
    yield from answers(world)


def refused_by(world, client):
    return Leaf("REFUSED", world.id_of(client))


def held(world):
    """A report about LS-CM waits for an officer's signature."""
    clerk, officer, chief = (world.author(f"vn-{who}") for who in ("clerk", "officer", "chief"))
    request = clerk.request(world.report(scope="LS-CM"))
    waits = world.accept(request)
    reference = calls.exchange_service_pb2.SubmitResponse.FromString(waits).short_reference
    approved = officer.sign_too(request)

    def signed_by(client):
        return world.author(client).sign_too(request)

    def flipped():
        other = messages.exchange_service_pb2.SubmitRequest()
        other.CopyFrom(approved)
        value = other.envelope.signatures[1].value
        other.envelope.signatures[1].value = value[:-1] + bytes([value[-1] ^ 1])
        return other

    def alone():
        report = world.report(scope="LS-CM")
        return officer.request(report)

    for name, wanted, came, client in (
            ("one's own second signature", "OWN_SECOND_SIGNATURE", clerk.sign_too(request),
             "vn-clerk"),
            ("one's own, with another certificate", "OWN_SECOND_SIGNATURE",
             second_certificate(world, request), "vn-clerk"),
            ("an approval that nobody asked for", "ROLE_NOT_ALLOWED", signed_by("vn-service"),
             "vn-service"),
            ("an approval of one without a role", "ROLE_NOT_ALLOWED", signed_by("vn-unlisted"),
             "vn-clerk"),
            ("an approval by the other side's officer", "NOT_ALLOWED", signed_by("cn-chief"),
             "vn-clerk"),
            ("an approval by a denied post", "IDENTITY_DENIED", signed_by("vn-denied"),
             "vn-clerk"),
            ("an approval handed in by another agency", "NOT_ALLOWED", approved, "vn-port"),
            ("an approval whose signature does not hold", "BAD_SIGNATURE", flipped(),
             "vn-officer"),
            ("an approval of what its author did not sign", "AUTHOR_NOT_SIGNER", alone(),
             "vn-officer")):
        yield Row(name, world.submits(came, client), wanted, refused_by(world, client))

    yield Row("dropped by a stranger to it", drops(world, reference, "vn-port"), "NOT_ALLOWED",
              Leaf("DENIED", world.id_of("vn-port"), "call:DropHeld"))
    yield Row("dropped by the other side", drops(world, reference, "cn-officer"), "NOT_ALLOWED",
              Leaf("DENIED", world.id_of("cn-officer"), "call:DropHeld"))
    yield Row("dropped without a reason", drops(world, reference, "vn-clerk", ""),
              "FIELD_MISSING", NoLeaf("a slip in a call, and no act"))
    yield Row("dropped, though there is no such message", drops(world, "LS/2026/999999"),
              "NOT_FOUND", NoLeaf("a slip in a call, and no act"))

    released = world.accept(approved, "vn-officer")
    late = chief.sign_too(approved)

    def again():
        came = world.caller("vn-chief").submit_bytes(late.SerializeToString())
        stored = world.caller("vn-clerk").message(reference).message.envelope
        assert stored.signatures == approved.envelope.signatures, "the list is not frozen"
        return FIRST_ANSWER if came == released else "ANOTHER ANSWER"
    yield Row("an approval of what was released", again, FIRST_ANSWER,
              NoLeaf("it was answered before"))
    yield Row("dropped after its release", drops(world, reference, "vn-officer"), "NOT_FOUND",
              NoLeaf("a slip in a call, and no act"))


def drops(world, reference, client="vn-clerk", reason="not needed"):
    caller = world.caller(client, world.vn)
    return world.refused(lambda: caller.call(
        caller.exchange.DropHeld, DROPS(reference=reference, reason=reason)))


def service_notice(world, client, scope="LS-HN"):
    """The laboratory of a gate is shut since now."""
    message = world.author(client).message()
    message.header.scope_ids.append(scope)
    message.notice.side = "VN"
    said = message.notice.service
    said.service = notice_pb2.SERVICE_KIND_LABORATORY
    said.gate_ids.append(scope)
    said.since.CopyFrom(message.header.authored_at)
    said.precision = timetable_pb2.PRECISION_MINUTE
    return message


def emergencies(world):
    """What may not wait, and the second pair of eyes on it afterwards."""
    def emergency(client, reason="flood at the gate"):
        message = service_notice(world, client)
        message.header.emergency.reason = reason
        message.header.emergency.SetInParent()
        return world.author(client).request(message)

    def countersignature(by, request, author):
        message = world.author(by).message()
        about = messages.message_pb2.Message.FromString(request.envelope.payload)
        message.header.scope_ids.extend(about.header.scope_ids)
        world.citation(author, request, message.countersignature.about)
        return world.author(by).request(message)

    urgent = emergency("vn-officer")
    world.accept(urgent, "vn-officer")
    report = world.author("vn-clerk").request(world.report())
    world.accept(report)
    for name, wanted, request, client in (
            ("an emergency that a clerk declares", "EMERGENCY_NOT_ALLOWED", emergency("vn-clerk"),
             "vn-clerk"),
            ("an emergency without a reason", "FIELD_MISSING", emergency("vn-officer", ""),
             "vn-officer"),
            ("one's own emergency countersigned", "OWN_SECOND_SIGNATURE",
             countersignature("vn-officer", urgent, "vn-officer"), "vn-officer"),
            ("countersigned by a clerk", "ROLE_NOT_ALLOWED",
             countersignature("vn-clerk", urgent, "vn-officer"), "vn-clerk"),
            ("countersigned, and no emergency", "WRONG_SUBJECT",
             countersignature("vn-chief", report, "vn-clerk"), "vn-chief"),
            ("countersigned, and held nowhere", "UNKNOWN_BASE",
             countersignature("vn-chief", emergency("vn-officer"), "vn-officer"), "vn-chief")):
        yield Row(name, world.submits(request, client), wanted, refused_by(world, client))


def answers(world):
    """Vietnam's officer proposes hours; these are not theirs to answer."""
    proposal = proposed(world)
    about = messages.message_pb2.Message.FromString(proposal.envelope.payload)
    leaves = ledger.Store(world.vn.database).leaves
    decided = next(index for index, leaf in enumerate(leaves) if leaf["event"] == "ACCEPTED"
                   and leaf["object"] == f"message:{proposal.message_id}")

    def answer(client, kind):
        message = world.author(client).message()
        message.header.scope_ids.extend(about.header.scope_ids)
        body = getattr(message, kind)
        for cited in (body.thread, body.proposal):
            cited.author, cited.message_id = proposal.author, proposal.message_id
            cited.pae_sha256 = proposal.pae_sha256
        if kind == "acceptance":
            body.seen.epoch, body.seen.leaf_index = 1, decided
        return world.author(client).request(message)

    for name, wanted, client, kind, node in (
            ("one's own proposal accepted", "NOT_YOUR_ACT", "vn-officer", "acceptance", world.vn),
            ("one's own proposal rejected", "NOT_YOUR_ACT", "vn-officer", "rejection", world.vn),
            ("the other side's proposal withdrawn", "NOT_YOUR_ACT", "cn-chief", "withdrawal",
             world.cn),
            ("a proposal accepted by a clerk", "NOT_ALLOWED", "cn-clerk", "acceptance", world.cn),
            ("a proposal rejected by a service", "NOT_ALLOWED", "cn-service", "rejection",
             world.cn)):
        yield Row(name, world.submits(answer(client, kind), client), wanted,
                  Leaf("REFUSED", world.id_of(client), node=node.name))


def proposed(world):
    """A proposal of vn's officer that is open at both nodes, as the node holds it."""
    done = world.box.gatepost(
        "vn-officer", "--output", "json", "holiday", "propose", "--occasion", "tet", "--yes",
        "--gate", "LS-HN", "--traffic", "goods", "--from", f"{YEAR}-02-05H", "--until",
        f"{YEAR}-02-08H", "--regime", "closed")
    message_id = json.loads(done.stdout.splitlines()[-1])["messageId"]
    world.receipted("vn-officer", message_id)  # To read it there would leave a leaf.
    return world.caller("vn-clerk").message(message_id).message
