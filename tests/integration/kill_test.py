#!/usr/bin/python3
"""Either daemon is killed at random moments during a stream of reports; nothing that was answered is
lost, nothing is doubled, order is kept, and both ledgers are whole.

GATEPOST_KILLS (20) and GATEPOST_REPORTS (400) set the size, GATEPOST_SEED the moments.
"""

import datetime
import os
import random
import threading
import time
import unittest

import grpc

from support import calls, ledger, messages, poll, sandbox
from gatepost.v1 import exchange_service_pb2, receipt_pb2

KILLS = int(os.environ.get("GATEPOST_KILLS", "20"))
REPORTS = int(os.environ.get("GATEPOST_REPORTS", "400"))
SEED = int(os.environ.get("GATEPOST_SEED", str(random.randrange(1 << 31))))
WRITERS = {"vn-clerk": 3, "vn-service": 1, "cn-clerk": 1}  # Streams at once, by author.
TRY_SECONDS = 3  # One try of one submission; a killed node answers nothing.
ANSWER_SECONDS = 60  # All tries of one submission together.
CLIENTS = (("vn-langson", "vn-auditor"), ("cn-pingxiang", "cn-auditor"))
DRAIN_SECONDS = 120


class Writer(threading.Thread):
    """Submits its reports one after the other, each until it is answered."""

    def __init__(self, box, client, reports, pace):
        super().__init__(daemon=True)
        self.author = messages.Author(box, client)
        self.caller = calls.Caller.of(box, client)
        # Made and signed before: a message is what is sent, however often.
        self.requests = [self.author.request(self.author.report(as_of)) for as_of in reports]
        self.pace = pace
        self.answers = []  # Bytes as they came, in the order of submission.
        self.tries = 0
        self.failure = None

    def run(self):
        try:
            for request in self.requests:
                self.pace.take_turn()
                self.answers.append(self.submit(request.SerializeToString()))
                self.pace.answered()
        except Exception as failure:  # Whatever it is, the test must hear of it.
            self.failure = failure
            self.pace.give_up()

    def submit(self, request):
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            self.tries += 1
            try:
                return self.caller.raw_submit(request, timeout=TRY_SECONDS, wait_for_ready=True)
            except grpc.RpcError as error:
                if error.code() not in calls.AGAIN or time.monotonic() > deadline:
                    raise calls.Refusal(error) from None


class Pace:
    """Spreads the stream over all kills: each kill finds its share of the reports still to come."""

    def __init__(self, kills, reports):
        self.share = reports / kills
        self.reports = reports
        self.changed = threading.Condition()
        self.kills_done, self.begun, self.count, self.over = 0, 0, 0, False

    def take_turn(self):
        with self.changed:
            self.changed.wait_for(
                lambda: self.over or self.begun < (self.kills_done + 1) * self.share)
            self.begun += 1

    def answered(self):
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait_for_answers(self, count):
        with self.changed:
            self.changed.wait_for(lambda: self.over or self.count >= count,
                                  timeout=ANSWER_SECONDS)
            return self.count >= count

    def killed(self):
        with self.changed:
            self.kills_done += 1
            self.changed.notify_all()

    def give_up(self):
        with self.changed:
            self.over = True
            self.changed.notify_all()


class Watcher(threading.Thread):
    """Follows everything at one node from the beginning, and goes on after each interruption."""

    def __init__(self, box, client):
        super().__init__(daemon=True)
        self.caller = calls.Caller.of(box, client)
        self.cursor, self.events, self.streams, self.failure = "0", [], 0, None
        self.over = False

    def run(self):
        while not self.over:
            self.streams += 1
            try:
                request = exchange_service_pb2.WatchMessagesRequest(cursor=self.cursor)
                for event in self.caller.exchange.WatchMessages(request, wait_for_ready=True):
                    if not event.HasField("alarm"):  # About a message.
                        self.events.append((event.event, event.message.message_id))
                    self.cursor = event.cursor
            except grpc.RpcError as error:
                if error.code() not in calls.AGAIN:
                    self.failure = calls.Refusal(error)
                    return

    def stop(self):
        self.over = True
        self.caller.channel.close()


def split(reports):
    """How many reports each stream has; streams as (client, count)."""
    streams = [client for client, count in WRITERS.items() for _ in range(count)]
    return [(client, reports // len(streams) + (i < reports % len(streams)))
            for i, client in enumerate(streams)]


class Kills(unittest.TestCase):
    def test_nothing_is_lost_doubled_or_reordered(self):
        """Streams of reports from both sides while daemons die by SIGKILL; then every answer is
        asked again, and both stores are read by a reader of our own."""
        print(f"GATEPOST_SEED={SEED} GATEPOST_KILLS={KILLS} GATEPOST_REPORTS={REPORTS}",
              flush=True)
        chance = random.Random(SEED)
        with sandbox.Sandbox("kill") as box:
            box.take_over()
            pace = Pace(KILLS, REPORTS)
            times = messages.day_of_reports()
            writers = [Writer(box, client, [next(times) for _ in range(count)], pace)
                       for client, count in split(REPORTS)]
            watchers = {"vn-langson": Watcher(box, "vn-auditor"),
                        "cn-pingxiang": Watcher(box, "cn-auditor")}
            begin = time.monotonic()
            for thread in (*watchers.values(), *writers):
                thread.start()
            killed = self.kill_at_random(box, chance, pace)
            for writer in writers:
                writer.join(timeout=2 * ANSWER_SECONDS)
                self.assertIsNone(writer.failure)
                self.assertFalse(writer.is_alive(), "a stream did not end")
            print(f"{sum(len(writer.answers) for writer in writers)} reports answered in"
                  f" {time.monotonic() - begin:.1f} s, {sum(killed.values())} kills {killed},"
                  f" {sum(writer.tries for writer in writers)} tries", flush=True)
            self.check_all(box, writers, watchers)

    def kill_at_random(self, box, chance, pace):
        """Kills and starts again, each time after a random part of the share and a random moment:
        the moment falls into commits, hellos, receipts, start-ups as chance has it."""
        killed = {name: 0 for name in box.nodes}
        for i in range(KILLS):
            target = (i + chance.random()) * pace.share
            if not pace.wait_for_answers(int(min(target, pace.reports - 1))):
                break  # A stream failed, and its failure is what to tell.
            poll.pause(chance.random() * 0.05)
            node = chance.choice(list(box.nodes.values()))
            node.kill()
            killed[node.name] += 1
            poll.pause(chance.random() * 0.05)
            node.start()
            if chance.random() < 0.1:  # And again while it starts.
                poll.pause(chance.random() * 0.3)
                node.kill()
                node.start()
            # Half of the time the link comes up before the stream goes on, so that messages and
            # receipts cross when the next kill comes; else they wait in the outbox.
            if chance.random() < 0.5:
                poll.pause(0.3 + chance.random())
            pace.killed()
        return killed

    def check_all(self, box, writers, watchers):
        held = self.drain(box)
        for name, watcher in watchers.items():
            self.check_watched(ledger.Store(box.nodes[name].database), watcher)
        self.assertGreater(sum(watcher.streams for watcher in watchers.values()), len(watchers),
                           "no watch was ever interrupted")
        self.check_answers_again(writers)
        self.assertEqual(self.drain(box), held, "asking again made the logs grow")
        heads = {}
        for name, client in CLIENTS:
            with calls.Caller.of(box, client) as caller:
                heads[name] = caller.get_node().checkpoint
        for node in box.nodes.values():
            self.assertEqual(node.stop(), 0)
        stores = {name: ledger.Store(node.database) for name, node in box.nodes.items()}
        for name, store in stores.items():
            store.check_tree()
            store.check_head(heads[name], box.nodes[name].vkey)
            store.check_facts()
            store.check_sequences(messages.PEERS[name])
        sent = {name: [writer for writer in writers if writer.author.node == name]
                for name in stores}
        for name, peer in messages.PEERS.items():
            self.check_direction(sent[name], stores[name], stores[peer], peer, name)
        for name, store in stores.items():
            print(f"{name}: {store.message_count} messages, {len(store.leaves)} leaves in"
                  f" {len(store.groups)} groups, fencing number {store.fencing[messages.PEERS[name]]}")

    def drain(self, box):
        """Waits until every message is receipted on both sides; what both logs hold then.

        Only then: a log grows by what the other side still sends, though its own is receipted.
        PEER_HEAD entries are left out: heads are cosigned a second later."""
        for name, client in CLIENTS:
            with calls.Caller.of(box, client) as caller:
                def drained():
                    try:
                        state = caller.get_node()
                    except calls.Refusal:
                        return None
                    link = state.links[0]
                    return link.connected and link.last_receipted == link.last_queued
                poll.until(f"all receipts at {name}", drained, DRAIN_SECONDS)
        return {node.name: [leaf for leaf in ledger.Store(node.database).leaf_bytes
                            if not leaf.startswith(b"gatepost-leaf/v1\nevent PEER_HEAD\n")]
                for node in (box.vn, box.cn)}

    def check_watched(self, store, watcher):
        """Who followed saw every fact of the log about messages, each once, in the log's order."""
        facts = [(leaf["event"], leaf["object"].removeprefix("message:"))
                 for leaf in store.leaves if leaf["object"].startswith("message:")]
        poll.until("the watcher has seen all", lambda: watcher.failure or
                   len(watcher.events) >= len(facts), DRAIN_SECONDS)
        watcher.stop()
        self.assertIsNone(watcher.failure)
        self.assertEqual(watcher.events, facts)

    def check_answers_again(self, writers):
        """Every report once more, half of them with fresh signature bytes: its first answer."""
        for writer in writers:
            for i, (request, first) in enumerate(zip(writer.requests, writer.answers)):
                again = writer.author.signed_afresh(request) if i % 2 else request
                answer = writer.caller.submit_bytes(again.SerializeToString())
                self.assertEqual(answer, first, f"report {i} of {writer.author.spiffe_id}")

    def check_direction(self, writers, origin, recipient, peer, name):
        """What was answered at the origin is applied at the recipient: all, once, in order."""
        answered = {}
        for writer in writers:
            for answer in writer.answers:
                response = exchange_service_pb2.SubmitResponse.FromString(answer)
                answered[response.message_id] = response
                leaf = ledger.parse_leaf(response.receipt.leaf)
                self.assertIn(response.receipt.leaf, origin.leaf_bytes)
                self.assertEqual(leaf["object"], f"message:{response.message_id}")
        out = [row for row in origin.outgoing if row.peer == peer]
        self.assertEqual(len(out), len(answered), "more or less than was answered is queued")
        self.assertEqual({row.message_id for row in out}, set(answered), "lost")
        came = [row for row in recipient.incoming if row.peer == name]
        self.assertEqual([(row.message_id, row.pae) for row in came],
                         [(row.message_id, row.pae) for row in out], "order or loss")
        self.assertEqual({row.standing for row in came}, {receipt_pb2.RUNG_APPLIED})
        place = {row.message_id: row.sequence for row in out}
        for writer in writers:
            order = [place[exchange_service_pb2.SubmitResponse.FromString(answer).message_id]
                     for answer in writer.answers]
            self.assertEqual(order, sorted(order), "a stream's order is its sequence's order")
        for receipt in (row for row in origin.receipts if row.peer == peer):
            self.assertEqual(receipt.leaf, recipient.leaf_bytes[receipt.leaf_index])
            self.assertEqual(origin.leaves[receipt.own_leaf_index]["event"], "RECEIPT")


if __name__ == "__main__":
    unittest.main(verbosity=2)
