"""What goes wrong: functions are killed, calls throttled, events delivered twice, a restore fails, a person aborts. And what expires."""

import json
import re
import shlex

from emulators import Failed, eventually
from events import PREFIX, carry, status_change
from refresh import EFFECTS, destination_half, ended, had_effect, only, settled, start

# Bursts, in both accounts.
READS = [
    {"calls": {"operation": "reads", "account": account, "skip": 2, "times": 5}, "strike": "throttled"}
    for account in ("111111111111", "222222222222")
]
MUTATIONS = [
    {"calls": {"operation": action, "times": 2}, "strike": "throttled"} for action in ("CreateDBSnapshot", "CreateGrant", "CopyDBSnapshot")
]
FAILING = {"calls": {"operation": "RestoreDBClusterFromSnapshot"}, "strike": {"ends": {"status": "failed"}}}
DENIED = {"calls": {"operation": "ModifyDBSnapshotAttribute"}, "strike": "denied"}


def storm(source, destination, fake, doors):
    """A refresh that is parked, whose restore fails, and which is tried again: what it does takes effect as often as if nothing had happened."""
    gone(destination, fake, "orders-staging")
    begun = fake.calls()
    fake.ask("POST", "faults", {"faults": [*READS, *MUTATIONS, FAILING, DENIED]})
    doors["source"].kill("RestoreDBInstanceFromDBSnapshot", effect=True)
    doors["source"].kill("CreateDBSnapshot", effect=False)
    doors["source"].kill("CreateGrant", effect=True)
    doors["source"].kill("DeleteDBSnapshot", effect=True)
    doors["destination"].kill("CopyDBSnapshot", effect=True)
    doors["destination"].kill("DeleteDBCluster", effect=False)

    started = start(source, fake, "e2e-2")
    go_on(source)
    handed_over = ended(source, started)
    restoring = destination_half(source, destination, handed_over)
    failed = ended(destination, restoring, "FAILED")
    where = f"in {destination.id}/{destination.region}"
    says(
        failed, "RefreshFailed", "restore-cluster: orders-staging: the restored cluster is failed",
        f"removed: DB cluster orders-staging {where}", f"kept until it expires: DB snapshot orders-staging-e2e-2-d1 {where}",
    )
    holds(destination, fake, "staging", ["snapshots orders-staging-e2e-1-d1", "snapshots orders-staging-e2e-2-d1"])
    filtered(destination, restoring)

    machine = destination.outputs(PREFIX)["StateMachineArn"]
    again = destination.start(machine, "e2e-2-again", {"state": last_state(destination, restoring)})
    carry(destination, source, "PeerRule", status_change(destination, ended(destination, again)))
    settled(source, destination, fake, "e2e-2")
    carry(source, destination, "PeerRule", status_change(source, handed_over))
    only(destination, machine, "e2e-2")

    struck = fake.ask("DELETE", "faults")["struck"]
    killed = [action for door in doors.values() for action in door.killed]
    if struck != {"throttled": 16, "ends": 1, "denied": 1} or len(killed) != 6:
        raise Failed(f"not everything went wrong that should: {struck}, killed in {killed}")
    had_effect(fake, begun, [*EFFECTS, "222222222222 DeleteDBCluster", "222222222222 RestoreDBClusterFromSnapshot"])


def aborted(source, fake, door):
    """Executions are stopped in the middle of a restore, just after RDS began it and just before: the starter has the runs undone."""
    machine = source.outputs(PREFIX)["StateMachineArn"]

    def stop(run):
        source.aws("stepfunctions", "stop-execution", "--execution-arn", f"{machine.replace(':stateMachine:', ':execution:')}:{run}")
        eventually("the starter has heard of it", lambda: f"{run}_1" in [shown["name"] for shown in source.executions(machine)])

    def sweep_and_stop():
        source.invoke(f"{PREFIX}-sweep", {})
        stop("e2e-3")

    for run, what, effect in (("e2e-3", sweep_and_stop, True), ("e2e-4", lambda: stop("e2e-4"), False)):
        begun = fake.calls()
        door.during("RestoreDBInstanceFromDBSnapshot", what, effect=effect)
        start(source, fake, run)
        undone(source, fake, machine, run, begun)
    fates = [line["fate"] for line in lines(source) if line.get("run") == "e2e-3" and "fate" in line]
    if set(fates) != {"Live"}:
        raise Failed(f"a sweep holds what a running execution made for {fates}")


def undone(source, fake, machine, run, begun):
    """The run of an execution that was stopped ends in another one, and leaves nothing that bills by the hour."""
    stopped = ended(source, f"{machine.replace(':stateMachine:', ':execution:')}:{run}", "ABORTED")
    # In the account itself the emulator delivers the event too: then these are the second and the third time.
    carry(source, source, "EndedRule", status_change(source, stopped))
    failed = ended(source, only(source, machine, run, f"{run}_1"), "FAILED")
    where = f"in {source.id}/{source.region}"
    says(
        failed, "RefreshFailed", "restore-temporary-instance: cancelled",
        f"removed: DB instance orders-production-{run}-t1 {where}", f"kept until it expires: DB cluster snapshot orders-production-{run}-c1 {where}",
    )
    holds(source, fake, run, [f"cluster_snapshots orders-production-{run}-c1"])
    actions = ("CreateDBClusterSnapshot", "RestoreDBInstanceFromDBSnapshot", "DeleteDBInstance")
    had_effect(fake, begun, [f"{source.id} {action}" for action in actions])
    only(source, machine, run, f"{run}_1")


def swept(source, destination, fake):
    """What the runs left expires: a sweep counts it where the alarm looks, and removes it only if it is to."""
    fake.ask("POST", "clock/advance", {"seconds": 15 * 24 * 3600})
    for account, left in ((source, 2), (destination, 2)):
        sweep = f"{PREFIX}-sweep"
        if (found := account.invoke(sweep, {})) != {"found": left, "expired": left, "removed": 0}:
            raise Failed(f"a sweep of the {account.name} says {found}: {fake.held(account, 'e2e-')}")
        eventually(f"the alarm of the {account.name} sees it", lambda: max(metric(account), default=0) == left, 10)
        account.configure(sweep, {"RDS_REFRESH_SWEEP": "apply", "RDS_REFRESH_LOG": "debug"})
        account.invoke(sweep, {})
        eventually(f"the {account.name} holds nothing of any run", lambda: not fake.held(account, "e2e-"))
        eventually("RDS_REFRESH_LOG=debug says more", lambda: any(line["level"] == "DEBUG" for line in lines(account)), 10)
        if (dead := dead_letters(account)) != 0:
            raise Failed(f"{dead} dead letters in the {account.name}")
    for account, cluster in ((source, "orders-production"), (destination, "orders-staging")):
        if (status := fake.holdings(account)["clusters"][cluster]["status"]) != "available":
            raise Failed(f"{cluster} is {status}")
    print("what had expired was counted where the alarms look, and is gone; both clusters are available, and there are no dead letters")


def go_on(account):
    """Has a parked run go on, by the command in its message."""
    queue = account.client("sqs").get_queue_url(QueueName=f"{account.name}-heard")["QueueUrl"]
    parked = lambda: [message for message in account.heard(queue) if message["Subject"].endswith("is parked at share-snapshot")]
    [message] = eventually("the run is parked", parked)
    [command] = re.findall(r"aws (stepfunctions send-task-success .*)", message["Message"])
    account.aws(*shlex.split(command))
    print(f"{account.name}: {message['Subject']}; and goes on")


def gone(account, fake, cluster):
    """A refresh never replaces a cluster: a person deletes it before."""
    fake.client(account, "rds").delete_db_cluster(DBClusterIdentifier=cluster, SkipFinalSnapshot=True)
    eventually(f"{cluster} is gone", lambda: cluster not in fake.holdings(account)["clusters"])


def says(failed, error, *cause):
    """What the console shows of a failed execution, but for what RDS noted and the commands that remove what is kept."""
    lines = [line.partition(" — ")[0] for line in failed["cause"].splitlines() if not line.startswith("RDS noted: ")]
    if failed["error"] != error or len(lines) != len(cause) or not all(map(str.startswith, lines, cause)):
        raise Failed(f"the execution failed with {failed['error']}: {failed['cause']}")
    print(f"{error}: {'; '.join(cause)}")


def holds(account, fake, text, names):
    if (held := fake.held(account, text)) != names:
        raise Failed(f"of {text} the {account.name} holds {held}, and should {names}")


def last_state(account, execution):
    """The last `state` in an execution's history, for the input of the next."""
    entered = [event["stateEnteredEventDetails"]["input"] for event in account.history(execution) if "stateEnteredEventDetails" in event]
    return json.loads(entered[-1])["state"]


def filtered(account, execution):
    """A subscriber hears what the attributes of messages let through. Step Functions publishes with them; the emulator's does not: this does."""
    topic = account.outputs(PREFIX)["TopicArn"]
    queue = account.listen(topic, "failures", {"event": ["failed"], "mode": [account.name], "step": ["restore-cluster"]})
    entered = [event.get("stateEnteredEventDetails", {}) for event in account.history(execution)]
    notices = [json.loads(state["input"])["notify"] for state in entered if state.get("name", "").endswith("announce")]
    for notice in notices:
        account.client("sns").publish(
            TopicArn=topic, Subject=notice["subject"], Message=notice["message"], MessageStructure="json", MessageAttributes=notice["attributes"]
        )
    subjects = [message["Subject"] for message in account.heard(queue)]
    if subjects != ["rds-refresh e2e-2: destination half failed at restore-cluster"]:
        raise Failed(f"of {len(notices)} messages the filter let through {subjects}")


def lines(account):
    """What the functions of an account have logged."""
    return account.logged(f"/aws/lambda/{PREFIX}-{account.name}")


def metric(account):
    """What the metric filter of the stack makes of the log. The emulator keeps filters, and applies none: this one has a single condition."""
    [kept] = account.client("logs").describe_metric_filters()["metricFilters"]
    value = kept["metricTransformations"][0]["metricValue"]
    if kept["filterPattern"] != f"{{ {value} >= 0 }}":
        raise Failed(f"the metric filter is {kept['filterPattern']}, and takes {value}")
    found = []
    for line in lines(account):
        for name in value.removeprefix("$.").split("."):
            line = line.get(name) if isinstance(line, dict) else None
        if isinstance(line, int):
            found.append(line)
    return found


def dead_letters(account):
    queue = account.outputs(PREFIX)["DeadLetters"]
    shown = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(shown["Attributes"]["ApproximateNumberOfMessages"])
