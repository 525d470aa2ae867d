"""Refreshes on two accounts: deployed from the templates by the aws CLI, run by Step Functions with the real function, to their settlement.

    python run.py DIRECTORY_OF_BINARIES SCRATCH_DIRECTORY

CloudFormation, Lambda, Step Functions, EventBridge, SNS, SQS and S3 are ministack; RDS and KMS are fake-rds. The emulator delivers no event
to another account's bus: `events.py` carries them.

Time runs FACTOR times as fast for RDS and for the waits of Step Functions, and as ever for the functions, which are real: a tick of a tenth
of a second takes six seconds of the refresh's time. Much faster than that, calls are given up because the next tick comes a minute too late.
"""

import contextlib
import json
import shutil
import sys
import time
import zipfile
from pathlib import Path

import faults
import refresh
from accounts import Account
from emulators import fake_rds, ministack, signing_for
from events import PREFIX

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
ARTIFACTS = "rds-refresh/e2e/"
FACTOR = 60


def main(binaries, scratch):
    binaries, scratch = Path(binaries), Path(scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        fake = stack.enter_context(fake_rds(binaries / "fake-rds", HERE / "stage.toml", FACTOR, scratch / "fake-rds.log"))
        endpoint = stack.enter_context(ministack(scratch, FACTOR))
        doors = {name: stack.enter_context(signing_for(account, fake.endpoint)) for name, account in fake.accounts.items()}
        source, destination = accounts = [Account(name, endpoint, fake.region, scratch) for name in ("source", "destination")]
        with timed("deployed"):
            deploy(accounts, fake, doors, binaries / "bootstrap", scratch)
        with timed("a refresh"):
            refresh.plain(source, destination, fake)
        with timed("a refresh with faults"):
            faults.storm(source, destination, fake, doors)
        with timed("aborted refreshes"):
            faults.aborted(source, fake, doors["source"])
        with timed("sweeps"):
            faults.swept(source, destination, fake)


@contextlib.contextmanager
def timed(what):
    began = time.monotonic()
    yield
    print(f"--- {what}: {time.monotonic() - began:.0f} s", flush=True)


def parameters(*pairs):
    return dict(pair.split("=", 1) for pair in pairs)


def deploy(accounts, fake, doors, bootstrap, scratch):
    source, destination = accounts
    refused = set()
    specific = {
        "source": parameters(f"DestinationAccountId={destination.id}"),
        "destination": parameters("Engine=postgres", "ParameterGroupFamily=postgres16", "ClientCidr=10.0.0.0/16"),
    }
    package = scratch / "bootstrap.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(bootstrap, "bootstrap")
    for account, peer in ((source, destination), (destination, source)):
        own = fake.accounts[account.name]
        template = TEMPLATES / f"{account.name}-prereqs.yaml"
        account.deploy(f"{PREFIX}-prereqs", template, account.network(3) | specific[account.name], refused)
        bucket = account.outputs(f"{PREFIX}-prereqs")["ArtifactBucket"]
        for file in [package, *definitions(scratch)]:
            account.upload(file, bucket, f"{ARTIFACTS}{file.name}")
        # What the emulator's prerequisites made, its RDS and KMS would have to know: the names here are those of fake-rds.
        both = parameters(
            f"DeploymentMode={account.name}", f"Prefix={PREFIX}", f"PeerAccountId={peer.id}", f"PeerRegion={peer.region}",
            "SourceClusterPrefix=orders-", f"SourceKeyArn={fake.accounts['source']['kms_key_arn']}", f"KeyArn={own['kms_key_arn']}",
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
        account.deploy(PREFIX, TEMPLATES / "rds-refresh-stack.yaml", both | half[account.name], refused, bucket)
        allow_events(account, peer)
        door = doors[account.name].url
        for role in [account.name, "starter", "sweep"] + (["settle"] if account.name == "source" else []):
            account.configure(
                f"{PREFIX}-{role}", {"AWS_ENDPOINT_URL_RDS": door, "AWS_ENDPOINT_URL_KMS": door, "RDS_REFRESH_CLOCK": fake.control}
            )
    print(f"deployed in two accounts; types that the emulator refuses, applied by the API: {', '.join(sorted(refused)) or 'none'}")


def definitions(scratch):
    """The definitions, as far as the emulator knows the language: to it a `Succeed` has no `Output`, but a `Pass` that ends has, and what waits
    for a token has a time-out in figures."""
    for file in sorted((TEMPLATES / "statemachines").glob("*.asl.json")):
        definition = json.loads(file.read_text())
        for state in definition["States"].values():
            if state["Type"] == "Succeed":
                state |= {"Type": "Pass", "End": True}
            if isinstance(state.get("TimeoutSeconds"), str):
                state["TimeoutSeconds"] = 300
        (scratch / file.name).write_text(json.dumps(definition))
        yield scratch / file.name


def allow_events(account, peer):
    """`AWS::Events::EventBusPolicy`, by the API."""
    account.client("events").put_permission(StatementId=f"{PREFIX}-from-{peer.id}", Action="events:PutEvents", Principal=peer.id)


if __name__ == "__main__":
    main(*sys.argv[1:])
