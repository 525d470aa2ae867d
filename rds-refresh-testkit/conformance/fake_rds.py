"""A `fake-rds` of one's own, and boto3 clients for its accounts."""

import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request
from unittest import mock

import boto3
import botocore.config
import botocore.waiter

import answers

BINARY = os.environ.get("FAKE_RDS", str(pathlib.Path(__file__).parents[2] / "target/debug/fake-rds"))
HOUR = 3600.0


class FakeRds:
    """A server process. Its clock stands still unless a test advances it."""

    def __init__(self, *arguments):
        command = [BINARY, "--listen", "127.0.0.1:0", "--clock", "manual", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        for name in self.ready["accounts"]:
            setattr(self, name, Account(self, name))

    def stop(self):
        """Ends the server as an operator would. Answers its exit status."""
        self.process.terminate()
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        return status

    def control(self, path, body=None):
        """One call of the control API: GET, or POST with a body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control"] + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def advance(self, seconds):
        """Lets time pass."""
        return self.control("clock/advance", {"seconds": seconds})

    def restore(self):
        """Takes the world back to its checkpoint."""
        return self.control("restore", {})

    def reset(self):
        """Takes the world back to how it was at the start."""
        return self.control("reset", {})

    def world(self):
        """Everything that exists."""
        return self.control("world")

    def advance_until(self, seen, step=300.0, at_most=72 * HOUR):
        """Lets time pass until `seen()` is true. Answers what it was."""
        for _ in range(int(at_most / step)):
            result = seen()
            if result:
                return result
            self.advance(step)
        raise AssertionError(f"not seen in {at_most / HOUR:.0f} simulated hours")

    def waiting(self):
        """Within it, botocore's waiters wait in simulated time."""
        return mock.patch.object(botocore.waiter.time, "sleep", self.advance)


class Account:
    """One account of the server: what the ready line says of it, and its clients."""

    def __init__(self, fake, name):
        self.fake = fake
        self.facts = fake.ready["accounts"][name]
        self.session = boto3.session.Session(
            self.facts["access_key_id"], self.facts["secret_access_key"], region_name=fake.ready["region"]
        )
        answers.check_all(self.session)
        self.rds = self.client("rds")
        self.kms = self.client("kms")
        self.sts = self.client("sts")

    def client(self, service, **options):
        """A client that neither retries nor checks parameters: both are the server's to be tried."""
        config = botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        return self.session.client(service, endpoint_url=self.fake.ready["endpoint"], config=config, **options)

    def __getattr__(self, name):
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None
