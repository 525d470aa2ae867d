"""What stands in for AWS: ministack, and fake-rds for RDS and KMS. Everything listens on loopback and is ended with the `with`."""

import contextlib
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Failed(Exception):
    """What was to be seen was not."""


def eventually(what, look, seconds=120):
    """What `look` answers once it is true; it raises `Failed` itself if it never will be."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := look():
            return answer
        time.sleep(0.1)
    raise Failed(f"not within {seconds} s: {what}")


def ended(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class FakeRds:
    """A fake-rds: what its ready line says, and its control API."""

    def __init__(self, ready):
        self.endpoint, self.control, self.region, self.accounts = (ready[name] for name in ("endpoint", "control", "region", "accounts"))

    def ask(self, method, path, sent=None):
        request = urllib.request.Request(self.control + path, sent and json.dumps(sent).encode(), method=method)
        return json.load(urllib.request.urlopen(request, timeout=30))

    def client(self, account, service):
        """A client of boto3 for a person in an account."""
        known = self.accounts[account.name]
        return boto3.client(
            service, self.region, endpoint_url=self.endpoint,
            aws_access_key_id=known["access_key_id"], aws_secret_access_key=known["secret_access_key"],
        )

    def holdings(self, account):
        """What an account holds in its Region, by kind and name."""
        return self.ask("GET", "world")["places"][f"{account.id}/{account.region}"]

    def held(self, account, text):
        """The names of what an account holds with a text in its name, as `kind name`."""
        kinds = ("clusters", "instances", "cluster_snapshots", "snapshots")
        holdings = self.holdings(account)
        return sorted(f"{kind} {name}" for kind in kinds for name in holdings.get(kind, {}) if text in name)

    def calls(self):
        """How many there were."""
        return self.ask("GET", "journal")["next"]

    def effects(self, since):
        """The calls that changed something since an index of the journal."""
        return [entry for entry in self.ask("GET", f"journal?since={since}")["entries"] if entry["took_effect"]]


@contextlib.contextmanager
def fake_rds(binary, stage, factor, log):
    with open(log, "w") as errors:
        process = subprocess.Popen([binary, "--stage", stage, "--clock", f"x{factor}"], stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield FakeRds(json.loads(process.stdout.readline()))
    finally:
        ended(process)


@contextlib.contextmanager
def ministack(directory, factor):
    """The emulator. It takes no port of the system's choosing, so one is chosen for it."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    home = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    settings = {
        "BIND_HOST": "127.0.0.1",  # its default is every interface
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "SFN_WAIT_SCALE": str(1 / factor),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "PERSIST_STATE": "0",
        "TMPDIR": str(directory),
    }
    with open(directory / "ministack.log", "w") as log:
        process = subprocess.Popen(["ministack"], env=home | settings, stdout=log, stderr=log, cwd=directory)

    def healthy():
        if process.poll() is not None:
            raise Failed(f"the emulator has ended: see {directory}/ministack.log")
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2).status == 200

    try:
        eventually("the emulator is ready", healthy)
        yield f"http://127.0.0.1:{port}"
    finally:
        ended(process)


class Door:
    """A way to fake-rds for one account. To the emulator an access key id is the account, and a function has no other credentials: here its
    calls are signed again, with the key that fake-rds gave the account. And here functions die in the middle of a call."""

    def __init__(self, account, endpoint):
        self.signer = Credentials(account["access_key_id"], account["secret_access_key"])
        self.endpoint = endpoint.rstrip("/")
        self.url = None
        self.planned = []
        self.killed = []

    def during(self, action, what, *, effect):
        """Does something while the next call of this action is out: after it took effect, or before."""
        self.planned.append((action, what, effect))

    def kill(self, action, *, effect):
        """Kills the function that makes the next call of this action: after it took effect, or before, and then it takes none."""
        self.planned.append((action, None, effect))

    def pass_on(self, request, body):
        """The answer to a call, or nothing to a caller that was killed."""
        action = re.search(rb"(?:^|&)Action=(\w+)", body)
        action = action.group(1).decode() if action else request.headers["X-Amz-Target"].split(".")[-1]
        planned = next((planned for planned in self.planned if planned[0] == action), None)
        if not planned:
            return self.signed(request, body)
        self.planned.remove(planned)
        _, what, effect = planned
        answer = self.signed(request, body) if effect else None
        if what:
            what()
            return answer or self.signed(request, body)
        kill_caller(request.client_address, request.server.server_address)
        self.killed.append(action)
        return None

    def signed(self, request, body):
        region, service = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", request.headers["Authorization"]).groups()
        kept = {name: request.headers[name] for name in ("Content-Type", "X-Amz-Target") if name in request.headers}
        anew = AWSRequest("POST", self.endpoint + request.path, kept, body)
        SigV4Auth(self.signer, service, region).add_auth(anew)
        sent = urllib.request.Request(anew.url, body, dict(anew.headers))
        try:
            return urllib.request.urlopen(sent, timeout=60)
        except urllib.error.HTTPError as error:
            return error


@contextlib.contextmanager
def signing_for(account, endpoint):
    door = Door(account, endpoint)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            answer = door.pass_on(self, self.rfile.read(int(self.headers["Content-Length"])))
            if not answer:
                return
            content = answer.read()
            self.send_response(answer.status)
            for name in ("Content-Type", "x-amzn-RequestId"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        door.url = f"http://127.0.0.1:{server.server_port}"
        yield door
    finally:
        server.shutdown()
        server.server_close()


def kill_caller(caller, called):
    """Kills the process at the other end of a connection (`/proc`, Linux)."""
    ends = ["0100007F:%04X" % port for _, port in (caller, called)]
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    [inode] = [line[9] for line in lines if line[1:3] == ends]
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(link) == f"socket:[{inode}]":
                os.kill(int(link.parts[2]), signal.SIGKILL)
                return
    raise Failed("no process is at the other end of the connection")
