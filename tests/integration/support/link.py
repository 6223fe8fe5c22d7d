"""A session on a link, spoken by hand by whoever has the certificate for it."""

import queue

from . import places  # Makes the stubs importable.
from gatepost.v1 import link_service_pb2

assert places.STUBS


class Session:
    """One stream to the node, dialled with the peer's certificate."""

    def __init__(self, caller):
        self.says = queue.Queue()
        self.stream = caller.link.Session(iter(self.says.get, None), timeout=60)

    def say(self, frame):
        request = link_service_pb2.SessionRequest()
        request.frame.CopyFrom(frame)
        self.says.put(request)

    def hears(self):
        """The next frame; None when the stream is over."""
        try:
            return next(self.stream).frame
        except StopIteration:
            return None

    def bye(self):
        """The reason of the last frame, whatever comes before it."""
        last = None
        while (frame := self.hears()) is not None:
            last = frame
        self.says.put(None)
        assert last is not None and last.HasField("bye"), f"ended without a Bye: {last}"
        return last.bye.reason

    def close(self):
        self.says.put(None)
        self.stream.cancel()

    def good_hello(self, node):
        """A Hello in the name of `node` that the other has nothing against: the mirror of what it
        says itself."""
        frame = self.hears()
        assert frame.HasField("hello"), "the dialled side speaks first"
        theirs, hello = frame.hello, link_service_pb2.LinkHello()
        hello.CopyFrom(theirs)
        hello.node = node.name
        hello.last_sent, hello.last_received = theirs.last_received, theirs.last_sent
        hello.last_sent_digest = theirs.last_received_digest
        hello.last_received_digest = theirs.last_sent_digest
        hello.last_receipted = theirs.last_received
        hello.head, hello.peer_head = theirs.peer_head, theirs.head
        hello.fencing = theirs.fencing + 1000
        frame.hello.CopyFrom(hello)
        return frame
