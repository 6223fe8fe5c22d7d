"""Two nodes with a link between them, started and stopped through `gatepost sandbox`."""

import json
import os
import pathlib
import signal
import socket
import subprocess

from . import places, poll

UP_SECONDS = 30


def run(*arguments, check=True, seconds=60, **options):
    """Runs the gatepost command; the finished process with its texts."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", **options.pop("env", {})}
    done = subprocess.run([str(places.GATEPOST), *map(str, arguments)], capture_output=True,
                          text=True, timeout=seconds, env=environment,
                          stdin=subprocess.DEVNULL, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"gatepost {' '.join(map(str, arguments))}: exit {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done


class Node:
    """One node of a sandbox: its files, and its process when a test runs that itself."""

    def __init__(self, stated):
        self.name = stated["node"]
        self.spiffe_id = stated["spiffeId"]
        self.country = stated["country"]
        self.address = stated["address"]
        self.pid = stated.get("pid", 0)
        self.config = stated["configFile"]
        self.log = pathlib.Path(stated["logFile"])
        self.database = pathlib.Path(stated["dataDir"]) / "gatepost.db"
        self.root = stated["rootFile"]
        self.root_key = stated["rootKeyFile"]
        self.tls_certificate = stated["tlsCertificateFile"]
        self.tls_key = stated["tlsKeyFile"]
        self.log_key = stated["logKeyFile"]
        self.vkey = stated["logVkey"]
        self.process = None

    def start(self):
        """Starts its daemon as a child of this test."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(places.GATEPOSTD), "--config", self.config],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self.process.pid

    def until_it_listens(self):
        """Returns once its port takes connections. A channel that begins before that is slow: its
        handshake goes on only while somebody calls, and no call waits for it."""
        host, port = self.address.rsplit(":", 1)

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex((host, int(port))) == 0

        poll.until(f"{self.name} listens", listens, UP_SECONDS)

    def kill(self):
        """Ends the child with SIGKILL, at once and without any last word."""
        self.process.kill()
        self.process.wait(timeout=20)

    def stop(self):
        """Asks the child to end; its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=20)

    def resident_kib(self):
        """How much memory its process has resident, in KiB."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def log_tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Sandbox:
    """A sandbox in a fresh folder; use it with `with`."""

    def __init__(self, name):
        self.dir = places.fresh_folder(name) / "sandbox"

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *failure):
        if failure[0] is not None:
            for node in self.nodes.values():
                print(f"--- {node.name} says:\n{node.log_tail()}")
        for node in self.nodes.values():
            if node.process is not None and node.process.poll() is None:
                node.process.send_signal(signal.SIGKILL)
                node.process.wait(timeout=20)
        self.down()

    def up(self):
        """Makes it, or starts what of it does not run; returns when both ends of the link stand."""
        done = run("--output", "json", "sandbox", "up", "--dir", self.dir, seconds=UP_SECONDS)
        stated = json.loads(done.stdout)
        self.nodes = {node["node"]: Node(node) for node in stated["nodes"]}
        self.vn, self.cn = self.nodes["vn-langson"], self.nodes["cn-pingxiang"]
        self.clients = {client["name"]: client for client in stated["clients"]}
        self.relay = stated["relay"]

    def down(self):
        run("sandbox", "down", "--dir", self.dir)

    def cut(self, *flags):
        run("sandbox", "cut", "--dir", self.dir, *flags)

    def restore(self):
        run("sandbox", "restore", "--dir", self.dir)

    def take_over(self):
        """From now on the daemons are children of this test, so that it can kill and start them."""
        for node in self.nodes.values():
            os.kill(node.pid, signal.SIGTERM)
            poll.until(f"the end of {node.name}",
                       lambda pid=node.pid: not pathlib.Path(f"/proc/{pid}").exists(), 20)
            node.start()

    def config(self, client):
        return self.clients[client]["configFile"]

    def gatepost(self, client, *arguments, **options):
        """Runs the gatepost command as `client`, e.g. vn-clerk."""
        return run("--client-config", self.config(client), *arguments, **options)
