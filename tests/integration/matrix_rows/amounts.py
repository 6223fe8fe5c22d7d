"""Too much of it: size, calls, streams, batches; and what no method takes."""

from support import calls, ledger, poll

from .row import Leaf, NoLeaf, Row
from .world import FLOOD_CALLS, LEAVES_A_MINUTE, MOST_IN_FLIGHT

SUMMARY_SECONDS = 80  # A minute, and the ticks after it.


def flood_rows(world):
    """Comes first: its minute runs while the others are played."""
    yield Row("a flood of calls", flood(world), "RATE_EXCEEDED", Flooded(world))


def rows(world):
    """The rest, and at last what became of the flood."""
    yield from sizes(world)
    yield from batches(world)
    yield from streams(world)
    yield Row("the rest of the flood", summed_up(world), "DENIED_SUMMARY",
              NoLeaf("one that counts them, after their minute"))


def flood(world):
    """The act of calling so often at once that the burst is over; each refusal says the same."""
    def act():
        caller = world.caller("cn-flooder")
        futures = [caller.exchange.GetNode.future(
            calls.exchange_service_pb2.GetNodeRequest(), timeout=60) for _ in range(FLOOD_CALLS)]
        world.is_served()
        refusals = [calls.Refusal(error) for error in (one.exception() for one in futures) if error]
        world.flood_refusals = len(refusals)
        [reason] = {refusal.reason for refusal in refusals}
        return reason
    return act


def of_the_flood(world, event):
    actor = world.id_of("cn-flooder")
    return [leaf for leaf in ledger.Store(world.cn.database).events(event)
            if leaf["actor"] == actor]


class Flooded:
    """As many leaves as a minute has room for."""

    def __init__(self, world):
        self.world = world

    def __str__(self):
        return f"{LEAVES_A_MINUTE} DENIED leaves of {self.world.cn.name}, no more"

    def check(self, marks, row, served):
        """AssertionError unless the refusals are more than their leaves."""
        del marks, served  # The flooder's leaves are told by his name.
        assert self.world.flood_refusals > LEAVES_A_MINUTE, self.world.flood_refusals
        denied = of_the_flood(self.world, "DENIED")
        assert len(denied) == LEAVES_A_MINUTE, len(denied)
        assert {leaf["result"] for leaf in denied} == {f"REFUSED:{row.wanted}"}, denied[:3]


def summed_up(world):
    """Waits for the leaf that counts what had none."""
    def act():
        [summary] = poll.until("the minute's summary", lambda: of_the_flood(
            world, "DENIED_SUMMARY"), SUMMARY_SECONDS, pace=1)
        rest = world.flood_refusals - LEAVES_A_MINUTE
        assert summary["detail"] == f"refused-without-leaf:{rest}", (summary, rest)
        assert len(of_the_flood(world, "DENIED")) == LEAVES_A_MINUTE
        return summary["event"]
    return act


def sizes(world):
    """Envelopes, requests and calls that are larger than any may be, and calls of nothing."""
    clerk = world.author("vn-clerk")
    me = world.id_of("vn-clerk")
    caller = world.caller("vn-clerk")

    def with_payload(size):
        request = clerk.request(world.report())
        request.envelope.payload += bytes(size)
        return request

    yield Row("an envelope above its limit", world.submits(with_payload(1 << 20)), "TOO_LARGE",
              Leaf("REFUSED", me))
    yield Row("a request above its limit", world.submits(with_payload(1_500_000)), "TOO_LARGE",
              Leaf("DENIED", me, "call:Submit"))
    yield Row("a request above gRPC's limit", world.submits(with_payload(8 << 20)),
              "RESOURCE_EXHAUSTED", NoLeaf("gRPC ends it before the node sees a call"))
    yield Row("bytes that are no request", world.refused(lambda: caller.submit_bytes(b"\xff")),
              "BAD_ARGUMENT", NoLeaf("a slip in a call, and no act"))
    unknown = caller.channel.unary_unary("/gatepost.v1.ExchangeService/Destroy")
    yield Row("a method that does not exist", world.refused(lambda: caller.call(unknown, b"")),
              "UNIMPLEMENTED", NoLeaf("gRPC ends it before the node sees a call"))


def batches(world):
    """What may not be signed by the dozen, or not so."""
    service, clerk = world.author("vn-service"), world.author("vn-clerk")
    mine = Leaf("REFUSED", world.id_of("vn-watcher"))
    report = world.report("vn-service")
    yield Row("a batch of what is no report",
              world.submits(service.batch([service.ping()])[0], "vn-watcher"), "NOT_ALLOWED", mine)
    yield Row("a batch signed by a person",
              world.submits(clerk.batch([world.report()])[0], "vn-watcher"), "NOT_ALLOWED", mine)
    wrong = service.batch([report, world.report("vn-service")])[0]
    wrong.envelope.batch.index = 1
    yield Row("a batch with a wrong place in it", world.submits(wrong, "vn-watcher"),
              "BAD_BATCH_PATH", mine)
    other = service.batch([world.report("vn-service")])[0]
    foreign = service.batch([world.report("vn-service")])[0]
    foreign.envelope.payload = other.envelope.payload
    yield Row("a message in another one's batch", world.submits(foreign, "vn-watcher"),
              "BAD_BATCH_PATH", mine)
    whole = calls.exchange_service_pb2.SubmitBatchRequest()
    caller = world.caller("vn-watcher")
    yield Row("a whole batch in one call",
              world.refused(lambda: caller.call(caller.exchange.SubmitBatch, whole)),
              "BATCH_NOT_TAKEN", NoLeaf("a call that is not offered yet"))


def streams(world):
    """One who keeps too many watches open."""
    caller = world.caller("vn-watcher")
    request = calls.exchange_service_pb2.WatchMessagesRequest()

    def act():
        watches = [caller.exchange.WatchMessages(request, timeout=60)
                   for _ in range(MOST_IN_FLIGHT)]
        try:
            for watch in watches:
                watch.initial_metadata()  # The node has begun it.
            return world.refused(caller.get_node)()
        finally:
            for watch in watches:
                watch.cancel()
    yield Row("more open streams than one may have", act, "TOO_MUCH_IN_FLIGHT",
              Leaf("DENIED", world.id_of("vn-watcher"), "call:GetNode"))
