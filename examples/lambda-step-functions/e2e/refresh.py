"""A refresh from its start to its settlement, and what is to be seen of it."""

import json

from emulators import Failed, eventually
from events import PREFIX, carry, envelope, status_change

SOURCE_STEPS = ["snapshot-cluster", "restore-temporary-instance", "snapshot-instance", "encrypt-snapshot", "share-snapshot", "hand-over"]

# What a refresh does to RDS and KMS.
EFFECTS = [
    *(
        f"111111111111 {action}"
        for action in (
            "CreateDBClusterSnapshot", "RestoreDBInstanceFromDBSnapshot", "CreateDBSnapshot", "CreateGrant", "ModifyDBSnapshotAttribute",
            "DeleteDBInstance", "ModifyDBSnapshotAttribute", "RevokeGrant", "DeleteDBSnapshot", "DeleteDBClusterSnapshot",
        )
    ),
    "222222222222 CopyDBSnapshot",
    "222222222222 RestoreDBClusterFromSnapshot",
]


def plain(source, destination, fake):
    """Nothing goes wrong."""
    begun = fake.calls()
    queues = {account.name: account.listen(account.outputs(PREFIX)["TopicArn"]) for account in (source, destination)}
    handed_over = ended(source, start(source, fake, "e2e-1"))
    restoring = destination_half(source, destination, handed_over)
    carry(destination, source, "PeerRule", status_change(destination, ended(destination, restoring)))
    settled(source, destination, fake, "e2e-1")
    told_by(source, queues, "e2e-1", [f"{step} done" for step in SOURCE_STEPS])
    told_by(destination, queues, "e2e-1", [f"{step} done" for step in ["copy-snapshot", "acknowledge"]])
    had_effect(fake, begun, EFFECTS)


def start(source, fake, run):
    """Starts the source's half, as the walk-through does."""
    machine = source.outputs(PREFIX)["StateMachineArn"]
    return source.start(machine, run, {"source_cluster_id": fake.accounts["source"]["cluster_id"]})


def destination_half(source, destination, handed_over):
    """The hand-over and, as soon as there is a copy, its acknowledgement. Answers the one execution that there is of the run, which goes on."""
    carry(source, destination, "PeerRule", status_change(source, handed_over))
    machine = destination.outputs(PREFIX)["StateMachineArn"]
    execution = only(destination, machine, handed_over["name"])
    told = eventually("the acknowledgement", lambda: acknowledgement(destination, execution), 300)
    carry(destination, source, "AcknowledgedRule", envelope(destination, "rds-refresh", "Acknowledgement", [], told))
    return execution


def only(account, machine, *names):
    """The last of these executions, which are all that there are of a run."""
    run = names[0].split("_")[0]
    found = [shown["name"] for shown in account.executions(machine) if shown["name"].split("_")[0] == run]
    if sorted(found) != sorted(names):
        raise Failed(f"the executions of {run} are {found}, and should be {names}")
    return f"{machine.replace(':stateMachine:', ':execution:')}:{names[-1]}"


def ended(account, execution, status="SUCCEEDED", seconds=300):
    """What describes an execution once it has ended, as it should."""

    def look():
        shown = account.execution(execution)
        if shown["status"] not in ("RUNNING", status):
            raise Failed(f"{execution}: {shown}")
        return shown if shown["status"] == status else None

    shown = eventually(f"{execution} is {status}", look, seconds)
    history = account.history(execution)
    lost = sum(event.get("stateEnteredEventDetails", {}).get("name") == "lost" for event in history)
    print(f"{account.name}: {':'.join(execution.split(':')[-2:])} is {status}, {len(history)} events, {lost} ticks lost")
    return shown


def settled(source, destination, fake, run):
    """The cluster is there, and the source holds nothing of the run."""
    settle = source.outputs(PREFIX)["StateMachineArn"].removesuffix("source") + "settle"
    ended(source, only(source, settle, run))
    result = fake.holdings(destination)["clusters"]["orders-staging"]
    if result["status"] != "available":
        raise Failed(f"the refreshed cluster is {result['status']}")
    if left := fake.held(source, run):
        raise Failed(f"the source still holds {left}")
    print("orders-staging is available, and the source holds nothing of the run")


def had_effect(fake, since, expected):
    """These calls changed something since an index of the journal, and no others: none twice, whoever was killed when."""
    found = sorted(f"{entry['account']} {entry['action']}" for entry in fake.effects(since))
    if found != sorted(expected):
        raise Failed(f"these calls took effect: {found}; not these: {sorted(expected)}")
    print(f"{len(found)} calls took effect, each as often as it should")


def told_by(account, queues, run, wanted):
    """The topic had a message for each step, and for the end. The emulator publishes without attributes: the subjects tell them apart."""
    subjects = [message.get("Subject") or "" for message in account.heard(queues[account.name])]
    if missing := [what for what in wanted if not any(subject.endswith(f"{run}: {what}") for subject in subjects)]:
        raise Failed(f"the topic of the {account.name} was told nothing of {missing}: {subjects}")
    print(f"{account.name}: {len(subjects)} messages: {'; '.join(subjects)}")


def acknowledgement(account, execution):
    """What the destination's execution says to the source's bus, as soon as it does."""
    for event in account.history(execution):
        entered = event.get("stateEnteredEventDetails", {})
        if entered.get("name") == "tell the source":
            return json.loads(entered["input"])["state"]["facts"]["acknowledgement"]
    shown = account.execution(execution)
    if shown["status"] != "RUNNING":
        raise Failed(f"{execution} has told the source nothing: {shown}")
