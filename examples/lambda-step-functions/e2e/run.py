"""A refresh on two accounts: deployed from the templates by the aws CLI, run by Step Functions with the real function, to its settlement.

    python run.py DIRECTORY_OF_BINARIES SCRATCH_DIRECTORY

CloudFormation, Lambda, Step Functions, EventBridge, SNS, SQS and S3 are ministack; RDS and KMS are fake-rds. The emulator delivers no event
to another account's bus: this carries them, as AWS documents them, and gives them to the targets of the rules that they match.
"""

import contextlib
import datetime
import json
import sys
import urllib.request
import uuid
import zipfile
from pathlib import Path

from accounts import Account, Failed, eventually, fake_rds, fresh, ministack, signing_for

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PREFIX = "rds-refresh"
ARTIFACTS = "rds-refresh/e2e/"
FACTOR = 60


def parameters(*pairs):
    return dict(pair.split("=", 1) for pair in pairs)


def main(binaries, scratch):
    scratch = fresh(scratch)
    with contextlib.ExitStack() as stack:
        fake = stack.enter_context(fake_rds(Path(binaries) / "fake-rds", FACTOR, scratch / "fake-rds.log"))
        endpoint = stack.enter_context(ministack(scratch, FACTOR))
        doors = {name: stack.enter_context(signing_for(account, fake["endpoint"])) for name, account in fake["accounts"].items()}
        accounts = [Account(name, endpoint, fake["region"], scratch) for name in ("source", "destination")]
        deploy(accounts, fake, Path(binaries) / "bootstrap", scratch)
        for account in accounts:
            for role in [account.name, "starter", "sweep"] + (["settle"] if account.name == "source" else []):
                door = doors[account.name]
                account.configure(
                    f"{PREFIX}-{role}",
                    {"AWS_ENDPOINT_URL_RDS": door, "AWS_ENDPOINT_URL_KMS": door, "RDS_REFRESH_CLOCK": fake["control"]},
                )
        refresh(*accounts, fake)


def deploy(accounts, fake, bootstrap, scratch):
    source, destination = accounts
    refused = set()
    specific = {
        "source": parameters(f"DestinationAccountId={destination.id}"),
        "destination": parameters("Engine=postgres", "ParameterGroupFamily=postgres16", "ClientCidr=10.0.0.0/16"),
    }
    package = scratch / "bootstrap.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(bootstrap, "bootstrap")
    for account, peer in ((source, destination), (destination, source)):
        own, theirs = fake["accounts"][account.name], fake["accounts"][peer.name]
        template = TEMPLATES / f"{account.name}-prereqs.yaml"
        refused |= set(account.deploy(f"{PREFIX}-prereqs", template, account.network(3) | specific[account.name]))
        bucket = account.outputs(f"{PREFIX}-prereqs")["ArtifactBucket"]
        for file in [package, *definitions(scratch)]:
            account.aws("s3", "cp", "--only-show-errors", str(file), f"s3://{bucket}/{ARTIFACTS}{file.name}")
        # What the emulator's prerequisites made, its RDS and KMS would have to know: the names here are those of fake-rds.
        both = parameters(
            f"DeploymentMode={account.name}", f"Prefix={PREFIX}", f"PeerAccountId={peer.id}", f"PeerRegion={peer.region}",
            "SourceClusterPrefix=orders-", f"SourceKeyArn={fake['accounts']['source']['kms_key_arn']}", f"KeyArn={own['kms_key_arn']}",
            f"SubnetGroup={own['subnet_group']}", f"SecurityGroupId={own['security_group_ids'][0]}",
            f"ArtifactBucket={bucket}", f"ArtifactPrefix={ARTIFACTS}", "Architecture=x86_64", "NotificationEmail=team@example.com",
        )
        half = {
            "source": parameters("SourceClusterId=orders-of-the-default", "InstanceClass=db.r6g.large"),
            "destination": parameters(
                "ClusterId=orders-staging", "ClusterPrefix=orders-", "InstanceClass=db.r6gd.large",
                "ClusterParameterGroup=default.postgres16",
            ),
        }
        refused |= set(account.deploy(PREFIX, TEMPLATES / "rds-refresh-stack.yaml", both | half[account.name], bucket))
        allow_events(account, peer)
    print(f"deployed in two accounts; types that the emulator refuses, applied by the API: {', '.join(sorted(refused)) or 'none'}")


def definitions(scratch):
    """The definitions, as far as the emulator knows the language: to it a `Succeed` has no `Output`, but a `Pass` that ends has."""
    for file in sorted((TEMPLATES / "statemachines").glob("*.asl.json")):
        definition = json.loads(file.read_text())
        for state in definition["States"].values():
            if state["Type"] == "Succeed":
                state |= {"Type": "Pass", "End": True}
        (scratch / file.name).write_text(json.dumps(definition))
        yield scratch / file.name


def allow_events(account, peer):
    """`AWS::Events::EventBusPolicy`, by the API."""
    account.client("events").put_permission(StatementId=f"{PREFIX}-from-{peer.id}", Action="events:PutEvents", Principal=peer.id)


def refresh(source, destination, fake):
    cluster = fake["accounts"]["source"]["cluster_id"]
    machine = source.outputs(PREFIX)["StateMachineArn"]
    queues = {account.name: account.listen(account.outputs(PREFIX)["TopicArn"]) for account in (source, destination)}
    started = source.aws(
        "stepfunctions", "start-execution", "--state-machine-arn", machine, "--name", "e2e-1",
        "--input", json.dumps({"source_cluster_id": cluster}),
    )
    finished = succeeded(source, started["executionArn"])
    carry(source, destination, "PeerRule", status_change(source, finished))

    restoring = eventually("the destination's execution", lambda: destination.executions(destination.outputs(PREFIX)["StateMachineArn"]))
    told = eventually("the acknowledgement", lambda: acknowledgement(destination, restoring[0]["executionArn"]), 300)
    carry(destination, source, "AcknowledgedRule", envelope(destination, "rds-refresh", "Acknowledgement", [], told))
    restored = succeeded(destination, restoring[0]["executionArn"])
    carry(destination, source, "PeerRule", status_change(destination, restored))

    settle = machine.removesuffix("source") + "settle"
    [settling] = eventually("the settlement's execution", lambda: source.executions(settle))
    succeeded(source, settling["executionArn"])
    settled(source, destination, fake)
    steps = ["snapshot-cluster", "restore-temporary-instance", "snapshot-instance", "encrypt-snapshot", "share-snapshot", "hand-over"]
    told_by(source, queues, [f"{step} done" for step in steps])
    told_by(destination, queues, [f"{step} done" for step in ["copy-snapshot", "acknowledge"]])


def settled(source, destination, fake):
    """The cluster is there, and the source holds nothing of the run."""
    result = holdings(fake, destination)["clusters"]["orders-staging"]
    if result["status"] != "available":
        raise Failed(f"the refreshed cluster is {result['status']}")
    for kind in ("instances", "snapshots", "cluster_snapshots"):
        left = [name for name in holdings(fake, source).get(kind, {}) if "e2e-1" in name]
        if left:
            raise Failed(f"the source still holds {kind}: {left}")
    print("orders-staging is available, and the source holds nothing of the run")


def told_by(account, queues, wanted):
    """The topic had a message for each step, and for the end. The emulator publishes without attributes: the subjects tell them apart."""
    subjects = [message.get("Subject") or "" for message in account.heard(queues[account.name])]
    if missing := [what for what in wanted if not any(subject.endswith(f"e2e-1: {what}") for subject in subjects)]:
        raise Failed(f"the topic of the {account.name} was told nothing of {missing}: {subjects}")
    print(f"{account.name}: {len(subjects)} messages: {'; '.join(subjects)}")


def succeeded(account, execution, seconds=300):
    def look():
        shown = account.execution(execution)
        if shown["status"] in ("FAILED", "TIMED_OUT", "ABORTED"):
            raise Failed(f"{execution}: {shown}")
        return shown if shown["status"] == "SUCCEEDED" else None

    shown = eventually(f"{execution} has succeeded", look, seconds)
    print(f"{account.name}: {execution.split(':')[-2]} succeeded, {len(account.history(execution))} events")
    return shown


def acknowledgement(account, execution):
    """What the destination's execution says to the source's bus, as soon as it does."""
    for event in account.history(execution):
        entered = event.get("stateEnteredEventDetails", {})
        if entered.get("name") == "tell the source":
            return json.loads(entered["input"])["state"]["facts"]["acknowledgement"]
    shown = account.execution(execution)
    if shown["status"] != "RUNNING":
        raise Failed(f"{execution} has told the source nothing: {shown}")


def envelope(account, source, detail_type, resources, detail):
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account.id,
        "time": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": account.region,
        "resources": resources,
        "detail": detail,
    }


def status_change(account, shown):
    """The event of an execution that has ended (Step Functions developer guide, EventBridge events)."""
    millis = lambda time: time and int(time.timestamp() * 1000)
    detail = {
        "executionArn": shown["executionArn"],
        "stateMachineArn": shown["stateMachineArn"],
        "name": shown["name"],
        "status": shown["status"],
        "startDate": millis(shown["startDate"]),
        "stopDate": millis(shown.get("stopDate")),
        "input": shown["input"],
        "inputDetails": {"included": True},
        "output": shown.get("output"),
        "outputDetails": {"included": True},
        "error": shown.get("error"),
        "cause": shown.get("cause"),
    }
    return envelope(account, "aws.states", "Step Functions Execution Status Change", [shown["executionArn"]], detail)


def carry(sender, receiver, rule, event):
    """Gives an event to the function that the other account's rule calls, if the rule matches it."""
    pattern, function = receiver.rule(PREFIX, rule)
    if not receiver.client("events").test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]:
        raise Failed(f"{rule} of the {receiver.name} does not match {event}")
    print(f"{sender.name} to {receiver.name}: {event['detail-type']}: {receiver.invoke(function, event)}")


def holdings(fake, account):
    """What an account of fake-rds holds in its Region."""
    world = json.load(urllib.request.urlopen(fake["control"] + "world"))
    return world["places"][f"{account.id}/{account.region}"]


if __name__ == "__main__":
    main(*sys.argv[1:])
