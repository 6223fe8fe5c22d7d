"""Two nodes with four eyes, a roster, revocations and a deny list, and the people of the matrix."""

import grpc

from support import (calls, files, issuer, ledger, messages, people, places, poll,
                     revocation_lists)
from gatepost.v1 import reason_pb2, receipt_pb2

from . import row

UP_SECONDS = 30
ACROSS_SECONDS = 20
MOST_IN_FLIGHT = 64
LIMITS = f"""
limits {{ refusals_per_minute: 1000 calls_in_flight: {MOST_IN_FLIGHT} }}
"""  # Each row has a leaf of its own.
# The flood is cn's, whose people hardly call: soon over, and always for the one reason.
FLOOD_CALLS = 400
LEAVES_A_MINUTE = 100
FLOOD_LIMITS = f"""
limits {{ refusals_per_minute: {LEAVES_A_MINUTE} calls_per_second: 20 call_burst: 60 }}
"""
POLICY = """
id: "matrix-1"
author_rules {
  roles: "clerk" roles: "service" roles: "officer"
  subject { families: "REPORT" scope_ids: "LS-HN" scope_ids: "LS-CM" }
}
author_rules {
  roles: "clerk" roles: "service" roles: "officer" roles: "head"
  subject { families: "PING" families: "ACKNOWLEDGEMENT" }
}
author_rules { roles: "officer" roles: "head" subject { families: "NOTICE" families: "AGREEMENT" } }
author_rules {
  roles: "officer" roles: "head" subject { families: "AUTHORITY" actions: "COUNTERSIGN" }
}
release_rules {
  subject { families: "REPORT" scope_ids: "LS-CM" }
  signatures { roles: "officer" count: 1 }
}
emergency {
  roles: "officer"
  subject { families: "NOTICE" }
  countersigned_by: "officer"
  countersigned_by: "head"
}
call_rules {
  roles: "clerk" roles: "service" roles: "officer" roles: "head" acts: "READ" acts: "SUBMIT"
}
call_rules { roles: "auditor" acts: "READ" acts: "AUDIT" acts: "AUDIT_LINK" }
"""
POSTS = {  # Name: path, roles in the roster.
    "vn-chief": ("agency/board/officer/chief-1", ["head"]),
    "vn-port": ("agency/port/clerk/desk-9", ["clerk"]),
    "vn-typist": ("agency/board/clerk/typist-1", ["typist"]),
    "vn-unlisted": ("agency/board/clerk/temp-9", None),
    "vn-revoked": ("agency/board/clerk/gone-1", ["clerk"]),
    "vn-denied": ("agency/board/clerk/lost-1", ["clerk"]),
    "vn-denied-later": ("agency/board/clerk/lost-2", ["clerk"]),
    "vn-denied-there": ("agency/board/clerk/odd-1", ["clerk"]),
    "vn-watcher": ("agency/board/service/watcher", ["service"]),
    "vn-bystander": ("agency/board/service/bystander", ["service"]),
}
POSTS_THERE = {  # Of the other side, which has no roster: the name says the role.
    "cn-chief": "agency/port-office/officer/chief-1",
    "cn-flooder": "agency/port-office/service/flooder",
}


class World:
    """The running pair, and how the rows act in it."""

    def __init__(self, box):
        self.box, self.vn, self.cn = box, box.vn, box.cn
        self.folder = places.fresh_folder("matrix-files")
        self.root, self.cn_root = issuer.Issuer.of(self.vn), issuer.Issuer.of(self.cn)
        self.stranger = issuer.Issuer.stranger("Practice root langson.practice.example")
        for name, (path, _) in POSTS.items():
            people.enrol(box, name, path, self.folder)
        for name, path in POSTS_THERE.items():
            people.enrol(box, name, path, self.folder, self.cn)
        self.flood_refusals = 0
        self.times = messages.day_of_reports()
        self.callers = {}
        self.deny_file = self.folder / "deny.textproto"
        self._configure()
        box.take_over()
        for node in box.nodes.values():
            node.until_it_listens()
        poll.until("the link", self._connected, UP_SECONDS)
        self._publish_roster()

    def close(self):
        for caller in self.callers.values():
            caller.channel.close()

    def _configure(self):
        """Files of both nodes, from their next start on."""
        self.deny("vn-denied")
        revoked = self.box.clients["vn-revoked"]
        revocations = self.folder / "vn.crl"
        revocations.write_bytes(revocation_lists.make(self.vn, [
            revoked["tlsCertificateFile"], revoked["signingCertificateFile"]]))
        revocation_lists.name_in_config(self.vn, self.vn, revocations)
        policy = self.folder / "policy.textproto"
        policy.write_text(POLICY)
        with open(self.vn.config, "a", encoding="utf-8") as config:
            config.write(f'\npolicy_file: "{policy}"\ndeny_list_file: "{self.deny_file}"\n')
            config.write(LIMITS)
        theirs = self.folder / "cn-deny.textproto"
        theirs.write_text(self._entry("vn-denied-there"))
        with open(self.cn.config, "a", encoding="utf-8") as config:
            config.write(f'\ndeny_list_file: "{theirs}"\n' + FLOOD_LIMITS)
        agreement = self.box.dir / "link-agreement.textproto"
        agreement.write_text(agreement.read_text() + '\nscope_ids: "LS-HN"\nscope_ids: "LS-CM"\n')
        # Signed were other bytes; a practice node may do without.
        agreement.with_name(agreement.name + ".signatures").unlink()

    def _entry(self, client):
        return f'denied {{ spiffe_id: "{self.id_of(client)}" reason: "lost its card" }}\n'

    def deny(self, *clients):
        """Makes these the denied ones of vn's node."""
        files.replace(self.deny_file, "".join(map(self._entry, clients)))

    def _connected(self):
        try:
            return self.caller("vn-auditor").link_state().connected
        except calls.Refusal:
            return False

    def _publish_roster(self):
        """Version 2 of vn's roster, so that there is a lower one."""
        self.caller("vn-officer").submit(self.author("vn-officer").request(self.roster(2)))

    def roster(self, version, author="vn-officer"):
        """A roster of everybody who is to have a role."""
        message = self.author(author).message()
        message.roster.trust_domain = revocation_lists.domain_of(self.vn)
        message.roster.version = version
        roles = {self.id_of(f"vn-{role}"): [role]
                 for role in ("clerk", "officer", "service", "auditor")}
        roles |= {self.id_of(name): held for name, (_, held) in POSTS.items() if held}
        for spiffe_id in sorted(roles):
            message.roster.members.add(spiffe_id=spiffe_id, roles=roles[spiffe_id])
        return message

    def id_of(self, client):
        return self.box.clients[client]["spiffeId"]

    def author(self, client):
        return messages.Author(self.box, client)

    def tls_files(self, client):
        stated = self.box.clients[client]
        return stated["tlsCertificateFile"], stated["tlsKeyFile"]

    def caller(self, client, node=None):
        """The client's connection to its own node, or to another one; it is kept open."""
        node = node or self.box.nodes[self.box.clients[client]["node"]]
        key = client, node.name
        if key not in self.callers:
            self.callers[key] = calls.Caller(
                node.address, calls.credentials(node.root, *self.tls_files(client)))
        return self.callers[key]

    def report(self, client="vn-clerk", scope="LS-HN"):
        """A good report of a client, of an as-of of its own."""
        return self.author(client).report(next(self.times), scope)

    def submits(self, request, client="vn-clerk"):
        """The act of handing a request in; it must be refused."""
        return self.refused(lambda: self.caller(client).submit(request))

    def as_node(self, node, call):
        """The act of calling vn's node with a node's certificate."""
        def with_caller():
            with calls.Caller.node(self.box, node, self.vn) as caller:
                call(caller)
        return self.refused(with_caller)

    def refused_there(self, request):
        """The act of handing in what this side accepts and the other refuses; why it does."""
        def act():
            caller = self.caller("vn-clerk")
            message_id = caller.submit(request).message_id

            def refusal():
                [ladder] = caller.status(message_id).ladders
                return [step.reason for step in ladder.steps
                        if step.rung == receipt_pb2.RUNG_REFUSED]
            [reason] = poll.until("the other side's refusal", refusal, ACROSS_SECONDS, pace=0.1)
            return reason_pb2.Reason.Name(reason).removeprefix("REASON_")
        return act

    def refused(self, call):
        """An act that ends in the refusal of `call`: its reason, or the transport's own code."""
        def act():
            try:
                call()
            except calls.Refusal as refusal:
                if not refusal.reason:
                    return refusal.code.name
                assert refusal.wanted and refusal.came and refusal.todo, refusal
                return refusal.reason
            except grpc.RpcError as error:  # Of a stream.
                return calls.Refusal(error).reason or error.code().name
            return row.ACCEPTED
        return act

    def accept(self, request, client="vn-clerk"):
        """A message that must be taken, and its answer as the node wrote it."""
        answer = self.caller(client).submit_bytes(request.SerializeToString())
        response = calls.exchange_service_pb2.SubmitResponse.FromString(answer)
        if not response.HasField("held"):
            self.receipted(client, response.message_id)
        return answer

    def receipted(self, client, message_id):
        """Returns when the other side has given its receipt of a client's message."""
        caller = self.caller(client)
        poll.until("the receipt of a good message", lambda: caller.status(
            message_id).ladders[0].steps[1:], ACROSS_SECONDS, pace=0.1)

    def is_served(self):
        """A message of somebody who is in no row is accepted now, and the other side gives its
        receipt; its id."""
        author = self.author("vn-bystander")
        message = author.ping()
        self.accept(author.request(message), "vn-bystander")
        return message.header.message_id

    def citation(self, client, request, into):
        """Cites the message of a request in a body."""
        message = messages.message_pb2.Message.FromString(request.envelope.payload)
        into.author, into.message_id = self.id_of(client), message.header.message_id
        into.pae_sha256 = ledger.sha256(
            messages.pae(request.envelope.payload_type, request.envelope.payload))
