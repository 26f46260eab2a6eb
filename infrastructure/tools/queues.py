"""What waits in the host's queues, what failed for good, and how to try that again.

Queues carry ids only; the order book is the truth. Nothing is lost with a message: the timer rings again for
orders and deliveries, and an agent publishes again what has no outcome.
"""

from __future__ import annotations

import argparse
import json
import time

from .cloud import Cloud, Stop, add_arguments, confirm

# Name → (output with its dead-letter queue, what a message in it is, what to look at first).
DEAD = {
    "batches": ("BatchDeadLettersUrl", "batch records that index-photos failed on five times", "the log of index-photos"),
    "parts": ("PartDeadLettersUrl", "manifests that relay-lab-files failed on five times", "the log of relay-lab-files"),
    "agents": ("AgentDeadLettersUrl", "rings that an agent took ten times and never finished", "whether that studio's computer runs"),
    "labs": ("LabDeadLettersUrl", "rings that a lab took ten times and never finished", "whether that lab's receiver runs"),
    "stream": ("StreamFailuresUrl", "outbox rows that dispatch-orders failed on", "the log of dispatch-orders"),
}
WORKING = {"batch records": "BatchQueueUrl", "manifests": "PartQueueUrl"}
# A message that `show` printed is not seen by anybody for this long.
SHOWN_HIDES_SECONDS = 3
EPILOG = """\
examples:
  infrastructure/queue list                what waits and what failed
  infrastructure/queue list --doorbells    also the queue of every agent machine and lab
  infrastructure/queue show batches        the failed messages themselves (ids, never pictures or names)
  infrastructure/queue redrive batches     try them again, after the cause is mended
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="infrastructure/queue", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="list | show | redrive")
    listing = commands.add_parser("list", help="how many messages wait where")
    listing.add_argument("--doorbells", action="store_true", help="also the queues of agents and labs")
    listing.add_argument("--json", action="store_true", help="one JSON document")
    show = commands.add_parser("show", help="the messages of a dead-letter queue")
    show.add_argument("which", choices=DEAD)
    redrive = commands.add_parser("redrive", help="try the messages of a dead-letter queue again")
    redrive.add_argument("which", choices=DEAD)
    redrive.add_argument("--yes", action="store_true", help="do not ask")
    for command in (listing, show, redrive):
        add_arguments(command)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    args = parse(argv)
    cloud = Cloud(args)
    outputs, sqs = cloud.outputs(), cloud.client("sqs")
    if args.command == "list":
        return show_list(sqs, outputs, args)
    url = outputs[DEAD[args.which][0]]
    if args.command == "show":
        return show_messages(sqs, url, args.which)
    return redrive(cloud, sqs, url, args.which, args.yes)


def count(sqs, url: str) -> dict[str, int]:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return {"waiting": int(found[names[0]]), "being_worked_on": int(found[names[1]])}


def doorbells(sqs, outputs: dict[str, str]) -> list[str]:
    """The queues made at enrolment, one for each agent machine and each lab. Their dead letters are named otherwise."""
    found = []
    for kind in ("agent-", "lab-"):
        for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=outputs["QueuePrefix"] + kind, MaxResults=1000):
            found += page.get("QueueUrls", [])
    return found


def show_list(sqs, outputs: dict[str, str], args: argparse.Namespace) -> int:
    rows = {name: count(sqs, outputs[output]) for name, output in WORKING.items()}
    dead = {name: count(sqs, outputs[output]) for name, (output, _, _) in DEAD.items()}
    waiting = {}
    if args.doorbells:
        for url in doorbells(sqs, outputs):
            waiting[url.rsplit("/", 1)[-1].removeprefix(outputs["QueuePrefix"])] = count(sqs, url)
    if args.json:
        print(json.dumps({"working": rows, "dead_letters": dead, "doorbells": waiting}))
        return 0
    print(f"{'':34}{'waiting':>9}{'being worked on':>17}")
    for name, found in (rows | waiting).items():
        print(f"{name:34}{found['waiting']:>9}{found['being_worked_on']:>17}")
    failed = {name: found for name, found in dead.items() if sum(found.values())}
    print("\nDead letters: " + ("none." if not failed else ""))
    for name, found in failed.items():
        _, what, first = DEAD[name]
        print(f"  {name:8} {sum(found.values()):>6}  {what}. Look first at {first}.")
    return 0


def show_messages(sqs, url: str, which: str) -> int:
    """Up to a hundred, left where they are; somebody else sees them again a few seconds later."""
    seen = {}
    for _ in range(30):
        # Hidden for a moment only, so that the next round sees others.
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=SHOWN_HIDES_SECONDS, WaitTimeSeconds=1,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        )
        new = [m for m in answer.get("Messages", []) if m["MessageId"] not in seen]
        seen |= {m["MessageId"]: m for m in new}
        if not new or len(seen) >= 100:
            break
    for message in seen.values():
        hours = (time.time() - int(message["Attributes"]["SentTimestamp"]) / 1000) / 3600
        print(f"{hours:6.1f} h  {summary(message['Body'])}")
    if not seen:
        print(f"{which}: no dead letters.")
    return 0


def summary(body: str) -> str:
    """The object keys of an S3 event; a doorbell as it is. Text of others does not steer the terminal."""
    try:
        document = json.loads(body)
        keys = [record["s3"]["object"]["key"] for record in document["Records"]]
        text = ", ".join(keys)
    except (ValueError, KeyError, TypeError):
        text = body
    return "".join(c if c.isprintable() else "·" for c in text)[:400]


def redrive(cloud: Cloud, sqs, url: str, which: str, yes: bool) -> int:
    waiting = sum(count(sqs, url).values())
    if not waiting:
        print(f"{which}: no dead letters.")
        return 0
    confirm(f"Try {waiting} {DEAD[which][1]} again?", yes)
    if which == "stream":
        return ring_again(cloud, sqs, url)
    moved = move(sqs, url)
    print(f"{moved} on their way again. If they come back here, the cause is still there.")
    if hidden := count(sqs, url)["being_worked_on"]:
        print(f"{hidden} more are being looked at by somebody at this moment; redrive again in two minutes.")
    return 0


def move(sqs, url: str) -> int:
    """Each to the queue it came from: first sent there, then taken from here, so that a crash repeats and never loses.

    One that `show` has just looked at is hidden for seconds more; it is waited for.
    """
    moved, targets, patience = 0, {}, 2 * SHOWN_HIDES_SECONDS
    while True:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=120, WaitTimeSeconds=1,
            MessageSystemAttributeNames=["DeadLetterQueueSourceArn"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            # The long poll above waited a second.
            if patience and count(sqs, url)["being_worked_on"]:
                patience -= 1
                continue
            return moved
        for message in messages:
            source = message["Attributes"].get("DeadLetterQueueSourceArn")
            if not source:
                raise Stop(f"A message does not say which queue it came from. `infrastructure/queue show` shows it; {moved} others were moved.")
            name = source.rsplit(":", 1)[-1]
            if name not in targets:
                targets[name] = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            sqs.send_message(QueueUrl=targets[name], MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            moved += 1


def ring_again(cloud: Cloud, sqs, url: str) -> int:
    """The messages name records of a stream that may be gone; the order book still knows what was never rung."""
    resources = cloud.client("cloudformation").describe_stack_resource(StackName=cloud.stack, LogicalResourceId="DispatchOrders")
    function = resources["StackResourceDetail"]["PhysicalResourceId"]
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"task": "resend"}))
    if "FunctionError" in answer:
        raise Stop(f"dispatch-orders failed again; the messages stay. It said:\n  {answer['Payload'].read().decode()[:400]}")
    sqs.purge_queue(QueueUrl=url)
    print("dispatch-orders rang for everything that nobody has acknowledged; the messages are gone.")
    return 0
