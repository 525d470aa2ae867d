"""Two accounts in an emulator of AWS, with RDS and KMS by fake-rds. Everything listens on loopback and is ended with the `with`."""

import contextlib
import http.server
import json
import os
import re
import shutil
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
        time.sleep(0.2)
    raise Failed(f"not within {seconds} s: {what}")


def ended(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def fake_rds(binary, factor, log):
    with open(log, "w") as errors:
        process = subprocess.Popen([binary, "--clock", f"x{factor}"], stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield json.loads(process.stdout.readline())
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


@contextlib.contextmanager
def signing_for(account, endpoint):
    """A door to fake-rds for one account. To the emulator an access key id is the account, and a function has no other credentials:
    here its calls are signed again, with the key that fake-rds gave the account."""
    signer = Credentials(account["access_key_id"], account["secret_access_key"])

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            region, service = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", self.headers["Authorization"]).groups()
            kept = {name: self.headers[name] for name in ("Content-Type", "X-Amz-Target") if name in self.headers}
            request = AWSRequest("POST", endpoint.rstrip("/") + self.path, kept, body)
            SigV4Auth(signer, service, region).add_auth(request)
            sent = urllib.request.Request(request.url, body, dict(request.headers))
            try:
                answer = urllib.request.urlopen(sent, timeout=60)
            except urllib.error.HTTPError as error:
                answer = error
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

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Account:
    """One account of the emulator: the aws CLI deploys and starts, as a user does, and boto3 looks, because it is faster."""

    def __init__(self, name, endpoint, region, directory):
        self.name, self.endpoint, self.region, self.directory = name, endpoint, region, directory
        self.id = {"source": "111111111111", "destination": "222222222222"}[name]
        self.clients = {}

    def client(self, service):
        """A client of boto3. Each is made once: loading a service's model takes longer than a call."""
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, self.region, endpoint_url=self.endpoint, aws_access_key_id=self.id, aws_secret_access_key="test"
            )
        return self.clients[service]

    def aws(self, *arguments):
        home = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        settings = {
            "AWS_ACCESS_KEY_ID": self.id,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PAGER": "",
        }
        done = subprocess.run(["aws", "--endpoint-url", self.endpoint, "--output", "json", *arguments], env=home | settings, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{self.name}: aws {' '.join(arguments)[:300]}: {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout.strip()

    def deploy(self, stack, template, parameters, bucket=None):
        """`aws cloudformation deploy`, without the resources of types that the emulator refuses. Answers these types."""
        refused, text = [], Path(template).read_text()
        deployed = self.directory / f"{stack}.yaml"
        while True:
            deployed.write_text(text)
            through = ["--s3-bucket", bucket, "--force-upload"] if bucket else []
            overrides = [f"{name}={value}" for name, value in parameters.items()]
            try:
                self.aws(
                    "cloudformation", "deploy", "--stack-name", stack, "--template-file", str(deployed), *through,
                    "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset", "--parameter-overrides", *overrides,
                )
                return refused
            except Failed as failure:
                type_ = self.refused_type(stack, failure)
                refused.append(type_)
                text = without(text, type_)
                with contextlib.suppress(Failed):
                    self.aws("cloudformation", "delete-stack", "--stack-name", stack)

    def refused_type(self, stack, failure):
        """The type that a deployment failed for; raises what else it failed for."""
        events = []
        with contextlib.suppress(Failed):
            events = self.aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
        reasons = [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]
        for text in [str(failure), *reasons]:
            if found := re.search(r"Unrecognized resource types: \[(AWS::\w+::\w+)", text):
                return found.group(1)
        raise Failed(f"{failure}; {'; '.join(reasons)}")

    def network(self, zones):
        """A VPC with a subnet in each of so many Availability Zones, as parameters."""
        vpc = self.aws("ec2", "create-vpc", "--cidr-block", "10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = []
        for index in range(zones):
            subnet = self.aws(
                "ec2", "create-subnet", "--vpc-id", vpc, "--cidr-block", f"10.0.{index}.0/24",
                "--availability-zone", f"{self.region}{'abc'[index]}",
            )
            subnets.append(subnet["Subnet"]["SubnetId"])
        return {"VpcId": vpc, "SubnetIds": ",".join(subnets)}

    def outputs(self, stack):
        [described] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    def rule(self, stack, name):
        """The pattern of a rule of the stack, and the function that it calls."""
        resource = self.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=name)
        rule = resource["StackResourceDetail"]["PhysicalResourceId"].split("/")[-1]
        pattern = self.client("events").describe_rule(Name=rule)["EventPattern"]
        [target] = self.client("events").list_targets_by_rule(Rule=rule)["Targets"]
        return pattern, target["Arn"]

    def configure(self, function, variables):
        """Adds to a function's environment."""
        shown = self.client("lambda").get_function_configuration(FunctionName=function)
        given = shown["Environment"]["Variables"] | variables
        self.client("lambda").update_function_configuration(FunctionName=function, Environment={"Variables": given})

    def invoke(self, function, payload):
        said = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
        answer = json.load(said["Payload"])
        if "FunctionError" in said:
            raise Failed(f"{function}: {answer}")
        return answer

    def execution(self, arn):
        return self.client("stepfunctions").describe_execution(executionArn=arn)

    def executions(self, machine):
        return self.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]

    def history(self, arn):
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def listen(self, topic):
        """A queue with everything that the topic is told."""
        sqs = self.client("sqs")
        queue = sqs.create_queue(QueueName=f"{self.name}-heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return queue

    def heard(self, queue):
        messages = []
        while batch := self.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                self.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            messages += [json.loads(message["Body"]) for message in batch]
        return messages


def without(template, type_):
    """The text of a template without the resources of a type."""
    resources = re.split(r"(?m)^(?=  [A-Za-z]\w*:\n    Type: AWS::)", template)
    kept = [text for text in resources if not re.match(rf"  \w+:\n    Type: {type_}\n", text)]
    if len(kept) == len(resources):
        raise Failed(f"the template has no {type_}")
    return "".join(kept)


def fresh(directory):
    directory = Path(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
