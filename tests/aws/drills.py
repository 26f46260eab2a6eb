"""What goes wrong on AWS, done to the emulated host: every order arrives all the same.

The clock of AWS cannot be moved, and signatures are only good for minutes. So time is simulated at both of its
ends: what the order book lists as unacknowledged is dated back, and what SQS would have dropped by then is
purged. Agent and lab are processes that are really stopped or frozen meanwhile.
"""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request

from boto3.dynamodb.conditions import Key

from emulator import Failure
from host import Host
from journey import PRINTED, AwsLoop, Browser, demo as loop_module, wait_until

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
RESEND = {"task": "resend"}


def queues_emptied(host: Host, loop: AwsLoop) -> None:
    """The studio's computer sleeps; its queue loses the message; the timer rings again."""
    loop.freeze("agent")
    placed = loop.order(loop.photos[2])
    [queue] = host.queues("agent")
    wait_until("the doorbell", lambda: host.waiting(queue), 30)
    host.client("sqs").purge_queue(QueueUrl=queue)
    # It wakes last: a poll that was open when it fell asleep may hold the message, and it would acknowledge the order.
    age(host, 11 * MINUTE)
    said = host.invoke("DispatchOrders", RESEND)
    loop.thaw("agent")
    if said["again"] < 1:
        raise Failure(f"The timer rang for nothing: {said}")
    finish(loop, placed)


def stream_record_lost(host: Host, loop: AwsLoop) -> None:
    """The outbox's stream brings nothing; the timer finds the row and rings."""
    events = host.client("lambda")
    mapping = host.name("DispatchOrdersOutbox")
    events.update_event_source_mapping(UUID=mapping, Enabled=False)
    time.sleep(2)
    loop.freeze("agent")
    placed = loop.order(loop.photos[3])
    rows = outbox(host)
    if not rows:
        raise Failure("The order left no row in the outbox.")
    age_rows(host, rows, 3 * MINUTE)
    said = host.invoke("DispatchOrders", RESEND)
    loop.thaw("agent")
    if said["lost"] != len(rows):
        raise Failure(f"{len(rows)} rows were lost by the stream; the timer said {said}.")
    loop.reached_studio(placed)
    loop.approve(placed)
    # The lab's bell is an outbox row too, and its record is lost as well: the timer again.
    rows = wait_until("the delivery's row", lambda: [r for r in outbox(host) if "delivery" in str(r["doc"])], 60)
    age_rows(host, rows, 3 * MINUTE)
    host.invoke("DispatchOrders", RESEND)
    loop.printed(placed)
    events.update_event_source_mapping(UUID=mapping, Enabled=True)


def studio_away(host: Host, loop: AwsLoop) -> None:
    """Three weeks: SQS keeps messages for two. The computer is switched on again and asks the order book."""
    loop.stop_one("agent")
    placed = loop.order(loop.photos[4])
    [queue] = host.queues("agent")
    wait_until("the doorbell", lambda: host.waiting(queue), 30)
    host.client("sqs").purge_queue(QueueUrl=queue)
    age(host, 21 * DAY)
    said = host.invoke("DispatchOrders", RESEND)
    if said["unclaimed_for_an_hour"] < 1:
        raise Failure(f"Nobody would have been alarmed: {said}")
    host.client("sqs").purge_queue(QueueUrl=queue)
    loop.start_agent()
    finish(loop, placed)


def lab_away(host: Host, loop: AwsLoop) -> None:
    """One week, and its bell is lost too."""
    loop.stop_one("lab")
    placed = loop.order(loop.photos[5])
    loop.reached_studio(placed)
    loop.approve(placed)
    [queue] = host.queues("lab")
    wait_until("the lab's doorbell", lambda: host.waiting(queue), 60)
    host.client("sqs").purge_queue(QueueUrl=queue)
    age(host, 7 * DAY)
    loop.start_receiver()
    loop.printed(placed)


def withdrawn(host: Host, loop: AwsLoop) -> None:
    """A photo is taken out, then the gallery closed: store and edges forget, each by one path."""
    photo = loop.photos[-1]
    prefix = f"img/{loop.gallery}/"
    before = {key for key in host.objects("Renditions") if key.startswith(prefix)}
    # The daemon would publish the folder's photo again at once.
    loop.stop_one("agent")
    loop.agent("gallery", "unpublish", loop_module.GALLERY, photo["file_name"])
    there = lambda: {key for key in host.objects("Renditions") if key.startswith(prefix)}  # noqa: E731
    wait_until("its two pictures going", lambda: len(before - there()) == 2, 60)
    news = loop.news(loop.mark)
    if not news or news["photos"] != len(loop.photos) - 1:
        raise Failure(f"A photo was taken out, and the news of it are {news}.")
    asked = lambda: [item for summary in invalidations(host) for item in summary]  # noqa: E731
    wait_until("the edges being told", lambda: len(asked()) == 1, 30)
    loop.agent("gallery", "unpublish", loop_module.GALLERY)
    wait_until("the edges being told of the closing", lambda: len(asked()) == 2, 30)
    if set(asked()) != {f"/{prefix}*"}:
        raise Failure(f"The edges were told to forget {asked()}.")


def invalidations(host: Host) -> list[list[str]]:
    cloudfront, distribution = host.client("cloudfront"), host.name("Distribution")
    made = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    each = [cloudfront.get_invalidation(DistributionId=distribution, Id=i["Id"])["Invalidation"] for i in made]
    return [i["InvalidationBatch"]["Paths"]["Items"] for i in each]


def restored(host: Host, loop: AwsLoop) -> None:
    """The records go back to a backup. What was published, ordered and printed since is said again by agent and lab,
    by themselves; the restored host's own replay brings the batch records back."""
    backup = host.operator_tool("backup", "make").split()[0]
    placed = loop.order(loop.photos[6])
    finish(loop, placed)
    prints = sorted(loop.prints())
    loop.agent("gallery", "create", "After", "--from", loop.shoot)
    loop.agent("gallery", "publish", "After")
    code = loop.agent("gallery", "share", "After", "--no-qr")["code"]

    host.operator_tool("backup", "restore", "--from", backup, "--binaries", str(host.binaries), "--yes")
    host.play_again()
    wait_until("the lost order being printed again in the host's records", lambda: is_printed(loop, placed), 180)
    wait_until("the lost gallery opening by its code", lambda: opens(loop, code), 120)
    if (now := sorted(loop.prints())) != prints:
        raise Failure(f"The hot folder held {len(prints)} prints before the restore and {len(now)} after it.")
    finish(loop, loop.order(loop.photos[7]))


def is_printed(loop: AwsLoop, placed: dict) -> bool:
    try:
        lines = loop.browser.json("GET", f"/api/order/status/{placed['secret']}")["lines"]
    except loop_module.Failure:
        return False  # Not back yet.
    return all(line["stage"] in PRINTED and not line["on_hold"] for line in lines)


def opens(loop: AwsLoop, code: str) -> bool:
    try:
        return bool(Browser(loop).json("POST", "/api/gallery/open", {"code": code})["galleries"])
    except loop_module.Failure:
        return False


class Poison:
    """Messages nobody can handle, put among the batch records before anything is published: what is published
    is indexed all the same, and they end as dead letters."""

    def __init__(self, host: Host):
        self.host, self.sqs = host, host.client("sqs")
        self.queue, self.dead = host.name("BatchQueue"), host.name("BatchDeadLetters")
        # Five tries at six minutes each would take half an hour.
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"VisibilityTimeout": "3"})
        elsewhere = {"Records": [{"s3": {"object": {"key": "batches/%25zz/not-a-batch.json"}}}]}
        self.bodies = ["poison", "{}", json.dumps(elsewhere)]
        for body in self.bodies:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def check(self) -> None:
        wait_until("the dead letters", lambda: self.host.waiting(self.dead) >= len(self.bodies), 60)
        found = self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10, VisibilityTimeout=1).get("Messages", [])
        if sorted(m["Body"] for m in found) != sorted(self.bodies):
            raise Failure(f"Other messages are dead than the poisoned ones: {found}")
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"VisibilityTimeout": "360"})


def past_cloudfront(host: Host) -> None:
    """The API's own address, without the origin secret."""
    trust = ssl.create_default_context(cafile=str(host.emulator.cert))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    for headers in ({}, {"x-darkslide-origin": "guess"}):
        address = f"{host.emulator.endpoint}/_aws/execute-api/{host.name('Api')}/$default/api/gallery/session"
        try:
            opener.open(urllib.request.Request(address, headers=headers), timeout=20)
        except urllib.error.HTTPError as refused:
            body = refused.read().decode()
            if refused.code != 403 or "wrong_door" not in body:
                raise Failure(f"Past CloudFront the API answered {refused.code}: {body}") from None
        else:
            raise Failure("The API answered somebody who came past CloudFront.")


def finish(loop: AwsLoop, placed: dict) -> None:
    loop.reached_studio(placed)
    loop.approve(placed)
    loop.printed(placed)


# --- the order book's dates -----------------------------------------------------------------------------------

def age(host: Host, millis: int) -> None:
    """Dates back what nobody has acknowledged: its place in gsi1 begins with 19 digits of milliseconds."""
    items = host.records().query(IndexName="gsi1", KeyConditionExpression=Key("gsi1pk").eq("UNACKNOWLEDGED"))["Items"]
    if not items:
        raise Failure("Nothing is unacknowledged, so nothing can grow old.")
    for item in items:
        at, _, rest = item["gsi1sk"].partition("#")
        older = {":older": f"{int(at) - millis:019}#{rest}"}
        place = {"pk": item["pk"], "sk": item["sk"]}
        host.records().update_item(Key=place, UpdateExpression="SET gsi1sk = :older", ExpressionAttributeValues=older)


def outbox(host: Host) -> list[dict]:
    return host.records().query(KeyConditionExpression=Key("pk").eq("OUTBOX"), ConsistentRead=True)["Items"]


def age_rows(host: Host, rows: list[dict], millis: int) -> None:
    for row in rows:
        host.records().put_item(Item={**row, "at": row["at"] - millis})
