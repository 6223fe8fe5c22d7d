"""Good names that want what is not theirs: roles, gates, families, rosters, calls, audits, links."""

from support import calls, link, messages, poll
from gatepost.v1 import (audit_service_pb2, audit_service_pb2_grpc, authority_pb2,
                         link_service_pb2, reason_pb2, timetable_pb2)

from .approvals import service_notice
from .row import ACCEPTED, Leaf, Row

CUT_SECONDS = 10


def rows(world):
    """What is written, who speaks for a side, what is called, and who is cut."""
    for part in (written, spoken_for):
        for name, wanted, message, client in part(world):
            author = message.header.author
            signer = next(client for client, stated in world.box.clients.items()
                          if stated["spiffeId"] == author)
            yield Row(name, world.submits(world.author(signer).request(message), client), wanted,
                      Leaf("REFUSED", world.id_of(client)))
    yield from called(world)
    yield from audited(world)
    yield from linked(world)
    yield from denied_while_connected(world)


def written(world):
    """(name, reason, message, who hands it in)"""
    def changed(message, change):
        change(message)
        return message

    yield ("a gate that is not his", "GATE_NOT_ALLOWED", world.report(scope="LS-BN"),
           "vn-clerk")
    yield "a gate that is in no register", "UNKNOWN_GATE", world.report(scope="LS-NO"), "vn-clerk"
    yield ("a family that is not his", "ROLE_NOT_ALLOWED", service_notice(world, "vn-clerk"),
           "vn-clerk")
    yield "a role that writes nothing", "ROLE_NOT_ALLOWED", world.report("vn-typist"), "vn-clerk"
    yield ("a post that the roster leaves out", "NOT_IN_ROSTER", world.report("vn-unlisted"),
           "vn-clerk")
    yield ("a gate that the link is not about", "SCOPE_NOT_OF_LINK",
           service_notice(world, "vn-officer", "LS-BN"), "vn-officer")
    yield "agreed hours, said as a notice", "WRONG_FAMILY", extension(world), "vn-officer"
    yield "figures in the other side's name", "WRONG_SIDE", changed(
        world.report(), lambda m: setattr(m.yard_report, "reporting_side", "CN")), "vn-clerk"
    yield "an override by a clerk", "OVERRIDE_NOT_ALLOWED", changed(
        world.report(), lambda m: setattr(m.yard_report.override, "reason", "late")), "vn-clerk"


def extension(world):
    """A notice that closes a gate by opening it longer."""
    message = world.author("vn-officer").message()
    message.header.scope_ids.append("LS-HN")
    message.notice.side = "VN"
    timetable = message.notice.closure.timetable
    timetable.zone = "Asia/Ho_Chi_Minh"
    rule = timetable.rules.add(gate_ids=["LS-HN"], traffic=timetable_pb2.TRAFFIC_GOODS,
                               load=messages.yard_report_pb2.LOAD_ANY,
                               regime=timetable_pb2.REGIME_EXTENDED,
                               hours=timetable_pb2.HOURS_KIND_ALL_DAY)
    rule.direction = messages.yard_report_pb2.DIRECTION_BOTH
    day = messages.datetime.date.today() + messages.datetime.timedelta(days=30)
    for date in (rule.days.first, rule.days.last):
        date.year, date.month, date.day = day.year, day.month, day.day
    rule.days.end = timetable_pb2.END_KIND_STATED
    return message


def spoken_for(world):
    """Rosters and keys by whom the link agreement does not name, or not so."""
    def key(client, subject):
        message = world.author(client).message()
        announced = message.key_announcement
        announced.subject, announced.use = subject, authority_pb2.KEY_USE_SIGNING
        announced.new_key = "00" * 32
        return message

    foreign = world.roster(3)
    foreign.roster.trust_domain = "pingxiang.practice.example"
    yield "a roster by no authority", "NOT_AN_AUTHORITY", world.roster(3, "vn-chief"), "vn-chief"
    yield "a roster of a lower version", "ROSTER_OUT_OF_ORDER", world.roster(1), "vn-officer"
    yield "a second roster of one version", "ROSTER_OUT_OF_ORDER", world.roster(2), "vn-officer"
    yield "a roster of the other side", "FIELD_CONFLICT", foreign, "vn-officer"
    yield ("a key announced by no authority", "NOT_AN_AUTHORITY",
           key("vn-clerk", world.id_of("vn-clerk")), "vn-clerk")
    yield ("a key of the other side announced", "FIELD_CONFLICT",
           key("vn-officer", world.id_of("cn-officer")), "vn-officer")


def called(world):
    """Calls of those who may not call at all, or not here."""
    good = world.author("vn-clerk").request(world.report())
    for name, wanted, client, act in (
            ("a role that calls nothing", "NOT_ALLOWED", "vn-typist", "GetNode"),
            ("a caller whom the roster leaves out", "NOT_IN_ROSTER", "vn-unlisted", "GetNode"),
            ("the other side's clerk, reading", "NOT_ALLOWED", "cn-clerk", "GetNode"),
            ("an auditor, handing in", "NOT_ALLOWED", "vn-auditor", "Submit")):
        caller = world.caller(client, world.vn)
        call = caller.get_node if act == "GetNode" else lambda: caller.submit(good)
        yield Row(name, world.refused(call), wanted,
                  Leaf("DENIED", world.id_of(client), f"call:{act}"))
    yield Row("a node, reading", world.as_node(world.cn, lambda caller: caller.get_node()),
              "NOT_ALLOWED", Leaf("DENIED", world.cn.spiffe_id, "call:GetNode"))


def audits(world, client, method, request):
    """The act of one question to vn's log."""
    caller = world.caller(client, world.vn)
    stub = audit_service_pb2_grpc.AuditServiceStub(caller.channel)
    return world.refused(lambda: caller.call(getattr(stub, method), request))


def audited(world):
    """Questions to the log by those whose it is not."""
    everything = audit_service_pb2.ListEntriesRequest()
    clerk = world.author("vn-clerk")
    waiting = clerk.request(world.report(scope="LS-CM"))
    held = calls.exchange_service_pb2.SubmitResponse.FromString(world.accept(waiting))
    for name, wanted, client, method, request in (
            ("a clerk who audits", "NOT_ALLOWED", "vn-clerk", "ListEntries", everything),
            ("an officer who may not audit", "NOT_ALLOWED", "vn-officer", "ListEntries",
             everything),
            ("the other side's auditor lists the log", "NOT_ALLOWED", "cn-auditor", "ListEntries",
             everything),
            ("the other side's auditor copies the log", "NOT_ALLOWED", "cn-auditor", "ReadLog",
             audit_service_pb2.ReadLogRequest()),
            ("the other side's officer audits", "NOT_ALLOWED", "cn-officer", "GetEvidence",
             audit_service_pb2.GetEvidenceRequest(reference=held.message_id)),
            ("the other side's auditor asks for what waits", "NOT_FOUND", "cn-auditor",
             "GetEvidence", audit_service_pb2.GetEvidenceRequest(reference=held.message_id)),
            ("the other side's auditor asks for an entry", "NOT_FOUND", "cn-auditor",
             "ProveEntry", audit_service_pb2.ProveEntryRequest(index=0))):
        yield Row(name, audits(world, client, method, request), wanted,
                  Leaf("DENIED", world.id_of(client), f"call:{method}"))


def linked(world):
    """Who is no peer of a link, and talks on it."""
    def session(caller):
        next(caller.link.Session(iter([link_service_pb2.SessionRequest()]), timeout=10))

    yield Row("an agency on the link", world.refused(lambda: session(world.caller("vn-officer"))),
              "NOT_ALLOWED", Leaf("DENIED", world.id_of("vn-officer"), "call:Session"))
    yield Row("the node dials itself", world.as_node(world.vn, session), "NOT_ALLOWED",
              Leaf("DENIED", world.vn.spiffe_id, "call:Session"))
    yield from hellos(world)


def hellos(world):
    """Somebody with the peer's own TLS key who is not the peer."""
    def hello(change):
        def act():
            with calls.Caller.node(world.box, world.vn, world.cn) as caller:
                session = link.Session(caller)
                frame = session.good_hello(world.vn)
                change(frame)
                session.say(frame)
                return reason_pb2.Reason.Name(session.bye().reason).removeprefix("REASON_")
        return act

    for name, wanted, change in (
            ("the peer's key, another node's Hello", "WRONG_NODE",
             lambda frame: setattr(frame.hello, "node", "vn-caobang")),
            ("the peer's key, another link agreement", "AGREEMENT_DIFFERS",
             lambda frame: setattr(frame.hello, "agreement_sha256", bytes(32))),
            ("the peer's key, a message before its Hello", "BAD_FRAME",
             lambda frame: setattr(frame.message, "sequence", 1))):
        yield Row(name, hello(change), wanted,
                  Leaf("DENIED", world.vn.spiffe_id, "link:vn-langson", world.cn.name))


def denied_while_connected(world):
    """He was let in, and is denied while his connection is open."""
    caller = world.caller("vn-denied-later")
    caller.get_node()

    def act():
        world.deny("vn-denied", "vn-denied-later")
        return poll.until("his refusal", lambda: (
            came := world.refused(caller.get_node)()) != ACCEPTED and came, CUT_SECONDS)
    yield Row("denied while he is connected", act, "IDENTITY_DENIED",
              Leaf("DENIED", world.id_of("vn-denied-later"), "call:GetNode",
                   beside=((world.vn.name, "TRUST"),)))
