"""The events of two accounts, as AWS documents them, given to the functions of the rules that they match."""

import datetime
import json
import uuid

from emulators import Failed

PREFIX = "rds-refresh"


def carry(sender, receiver, rule, event):
    """Gives an event to the function that the receiver's rule calls, if the rule matches it, twice: delivery is at least once."""
    pattern, function = receiver.rule(PREFIX, rule)
    if not receiver.client("events").test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]:
        raise Failed(f"{rule} of the {receiver.name} does not match {event}")
    said, again = receiver.invoke(function, event), receiver.invoke(function, event)
    if said != again:
        raise Failed(f"{rule} of the {receiver.name} answers a second delivery with {again}, after {said}")
    print(f"{sender.name} to {receiver.name}: {event['detail-type']}: {said}")
    return said


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
    has_succeeded = shown["status"] == "SUCCEEDED"
    detail = {
        "executionArn": shown["executionArn"],
        "stateMachineArn": shown["stateMachineArn"],
        "name": shown["name"],
        "status": shown["status"],
        "startDate": millis(shown["startDate"]),
        "stopDate": millis(shown.get("stopDate")),
        "input": shown["input"],
        "inputDetails": {"included": True},
        "output": shown.get("output") if has_succeeded else None,
        "outputDetails": {"included": True} if has_succeeded else None,
        "error": shown.get("error"),
        "cause": shown.get("cause"),
    }
    return envelope(account, "aws.states", "Step Functions Execution Status Change", [shown["executionArn"]], detail)
