"""The two accounts of the emulator, as a user and a test see them."""

import contextlib
import json
import os
import re
import subprocess
from pathlib import Path

import boto3

from emulators import Failed


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

    def deploy(self, stack, template, parameters, refused, bucket=None):
        """`aws cloudformation deploy`, without the resources of types that the emulator refuses: it adds what it learns to `refused`."""
        whole = Path(template).read_text()
        deployed = self.directory / f"{stack}.yaml"
        while True:
            deployed.write_text(without(whole, refused))
            through = ["--s3-bucket", bucket, "--force-upload"] if bucket else []
            overrides = [f"{name}={value}" for name, value in parameters.items()]
            try:
                self.aws(
                    "cloudformation", "deploy", "--stack-name", stack, "--template-file", str(deployed), *through,
                    "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset", "--parameter-overrides", *overrides,
                )
                return
            except Failed as failure:
                refused.add(self.refused_type(stack, failure, refused))
                with contextlib.suppress(Failed):
                    self.aws("cloudformation", "delete-stack", "--stack-name", stack)

    def refused_type(self, stack, failure, known):
        """The type that a deployment failed for; raises what else it failed for."""
        events = []
        with contextlib.suppress(Failed):
            events = self.aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
        reasons = [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]
        for text in [str(failure), *reasons]:
            found = re.search(r"Unrecognized resource types: \[(AWS::\w+::\w+)", text)
            if found and found.group(1) not in known:
                return found.group(1)
        raise Failed(f"{failure}; {'; '.join(reasons)}")

    def network(self, zones):
        """A VPC with a subnet in each of so many Availability Zones, as parameters."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{self.region}{'abc'[index]}")
            for index in range(zones)
        ]
        return {"VpcId": vpc, "SubnetIds": ",".join(subnet["Subnet"]["SubnetId"] for subnet in subnets)}

    def upload(self, file, bucket, key):
        self.client("s3").upload_file(str(file), bucket, key)

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

    def logged(self, group):
        """The lines of JSON that functions have written."""
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        messages = [event["message"] for page in pages for event in page["events"]]
        return [json.loads(message) for message in messages if message.startswith("{")]

    def start(self, machine, name, given):
        started = self.aws(
            "stepfunctions", "start-execution", "--state-machine-arn", machine, "--name", name, "--input", json.dumps(given)
        )
        return started["executionArn"]

    def execution(self, arn):
        return self.client("stepfunctions").describe_execution(executionArn=arn)

    def executions(self, machine):
        return self.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]

    def history(self, arn):
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def listen(self, topic, name="heard", only=None):
        """A queue with everything that the topic is told, or only what a filter policy lets through."""
        sqs = self.client("sqs")
        queue = sqs.create_queue(QueueName=f"{self.name}-{name}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        filtered = {"FilterPolicy": json.dumps(only)} if only else {}
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=filtered)
        return queue

    def heard(self, queue):
        messages = []
        while batch := self.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                self.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            messages += [json.loads(message["Body"]) for message in batch]
        return messages


def without(template, types):
    """The text of a template without the resources of some types."""
    resources = re.split(r"(?m)^(?=  [A-Za-z]\w*:\n    Type: AWS::)", template)
    return "".join(text for text in resources if not re.match(rf"  \w+:\n    Type: ({'|'.join(types) or 'none'})\n", text))
