"""Backups of a host on AWS, and bringing one back.

The table keeps every moment of the last 35 days by itself (point-in-time recovery). Renditions can be rendered
again, print files too; originals are in the studios. What cannot be made again are the records and the secrets.

A restore never writes over anything: it makes a table beside the old one, erases again what studios erased since
that moment, puts on hold what labs may have done since, points the stack at it with a higher epoch, reads again the
batch records and manifests that were stored since, and rings at every agent and lab.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import time
from pathlib import Path
from urllib.parse import quote

from . import deploy, functions, host_secrets, queues, template
from .cloud import Cloud, Stop, add_arguments, confirm

PATIENCE_SECONDS = 6 * 3600
# Recovery is exact to the second and `latest` some minutes old; reading something twice changes nothing.
MARGIN = datetime.timedelta(minutes=15)
# Queue of the events, bucket, and which of its objects are read again: they say what the records lost.
REPLAYED = (
    ("BatchQueueUrl", "BatchRecordsBucket", "batches/", ".json"),
    ("PartQueueUrl", "RelayBucket", "relay/", "/manifest.json"),
)
EPILOG = """\
examples:
  infrastructure/backup status
  infrastructure/backup make                              before an upgrade; kept until deleted
  infrastructure/backup secrets ~/safe/darkslide.json     once, and after each rotation
  infrastructure/backup restore --at 2026-03-01T06:00:00Z
  infrastructure/backup restore --from arn:aws:dynamodb:…:backup/…
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="infrastructure/backup", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="status | make | secrets | restore")
    status = commands.add_parser("status", help="how far back one can go, which backups there are")
    make = commands.add_parser("make", help="a backup of the records that stays until it is deleted")
    secrets = commands.add_parser("secrets", help="the secrets into a file of mode 0600; --back writes them to SSM")
    secrets.add_argument("file", type=Path)
    secrets.add_argument("--back", action="store_true", help="from the file into SSM, where they are missing")
    restore = commands.add_parser("restore", help="the records as of a moment, or from a backup")
    moment = restore.add_mutually_exclusive_group(required=True)
    moment.add_argument("--at", metavar="TIME", help="a moment of the last 35 days, ISO 8601 with a zone; or `latest`")
    moment.add_argument("--from", dest="source", metavar="ARN", help="a backup that `make` made")
    restore.add_argument("--binaries", type=Path, default=functions.BUILT, metavar="FOLDER", help="holds <function>/bootstrap (default: target/lambda)")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    for command in (status, make, secrets, restore):
        add_arguments(command)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    args = parse(argv)
    cloud = Cloud(args)
    if args.command == "status":
        return status(cloud)
    if args.command == "make":
        return make(cloud)
    if args.command == "secrets":
        return bring_back(cloud, args.file) if args.back else copy_secrets(cloud, args.file)
    return restore(cloud, args)


def status(cloud: Cloud) -> int:
    outputs, dynamo = cloud.outputs(), cloud.client("dynamodb")
    table = outputs["RecordsTable"]
    found = dynamo.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = found.get("PointInTimeRecoveryDescription", {})
    print(f"Records: {table}, epoch {outputs['EpochNumber']}")
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise Stop("Point-in-time recovery is OFF. Run infrastructure/deploy, which turns it on; until then only `make` protects you.")
    earliest, latest = recovery.get("EarliestRestorableDateTime"), recovery.get("LatestRestorableDateTime")
    if earliest and latest:
        print(f"Any moment from {earliest:%Y-%m-%d %H:%M} to {latest:%Y-%m-%d %H:%M %Z} can be restored.")
    backups = [b for b in dynamo.list_backups(BackupType="USER").get("BackupSummaries", []) if b["BackupName"].startswith(cloud.stack)]
    print(f"Backups that stay: {len(backups)}")
    for backup in sorted(backups, key=lambda b: b["BackupCreationDateTime"]):
        print(f"  {backup['BackupCreationDateTime']:%Y-%m-%d %H:%M}  {backup.get('BackupSizeBytes', 0) / 1e6:9.1f} MB  {backup['BackupArn']}")
    print(f"Erasures noted outside the table: {len(noted_erasures(cloud, outputs))}")
    return 0


def make(cloud: Cloud) -> int:
    outputs = cloud.outputs()
    name = f"{cloud.stack}-{datetime.datetime.now(datetime.timezone.utc):%Y%m%d-%H%M%S}"
    made = cloud.client("dynamodb").create_backup(TableName=outputs["RecordsTable"], BackupName=name)
    print(f"{made['BackupDetails']['BackupArn']}\nIt holds records, not secrets: `infrastructure/backup secrets FILE` keeps those.")
    return 0


def copy_secrets(cloud: Cloud, file: Path) -> int:
    values, _ = host_secrets.read(cloud)
    if missing := set(host_secrets.NAMES) - set(values):
        raise Stop(f"SSM lacks {', '.join(sorted(missing))} under {cloud.secrets_path}.")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Stop(f"{file} is there already. Name another file; this one is not written over.") from None
    with os.fdopen(handle, "w") as out:
        json.dump({"path": cloud.secrets_path, "secrets": values}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    print(f"{file}: whoever has it can read every access code's gallery. Keep it off this computer.")
    return 0


def bring_back(cloud: Cloud, file: Path) -> int:
    try:
        held = json.loads(file.read_text())["secrets"]
    except (OSError, ValueError, KeyError):
        raise Stop(f"{file} is not a file that `infrastructure/backup secrets` wrote.") from None
    values, _ = host_secrets.read(cloud)
    differing = [name for name in host_secrets.NAMES if name in values and values[name] != held.get(name)]
    if differing:
        raise Stop(f"SSM holds other values of {', '.join(differing)}; they stay. Is this the right stage and file?")
    for name in host_secrets.NAMES:
        if name not in values:
            host_secrets.put(cloud, name, held[name], overwrite=False)
            print(f"wrote {cloud.secrets_path}/{name}")
    return 0


def restore(cloud: Cloud, args: argparse.Namespace) -> int:
    outputs, dynamo = cloud.outputs(), cloud.client("dynamodb")
    old, epoch = outputs["RecordsTable"], int(outputs["EpochNumber"]) + 1
    new = f"{cloud.stack}-records-{epoch}"
    when = args.source or args.at
    moment = None if args.source or args.at == "latest" else parse_moment(args.at)
    since = (moment or restored_moment(dynamo, args.source)) - MARGIN
    confirm(f"Restore the records of {cloud.stack} ({when}) into {new}, and let the host use that from then on?", args.yes)

    arn = table_arn(dynamo, new)
    if arn:
        print(f"1 {new} is there from an earlier try; going on with it.")
    else:
        print(f"1 Restoring into {new}; {old} stays as it is.")
        if args.source:
            dynamo.restore_table_from_backup(TargetTableName=new, BackupArn=args.source)
        elif moment is None:
            dynamo.restore_table_to_point_in_time(SourceTableName=old, TargetTableName=new, UseLatestRestorableTime=True)
        else:
            dynamo.restore_table_to_point_in_time(SourceTableName=old, TargetTableName=new, RestoreDateTime=moment)
    arn, stream = make_ready(dynamo, new)
    told = {**deploy.variables(outputs), "DARKSLIDE_TABLE": new}
    print("2 Erasing again what was erased since.")
    print("  " + deploy.operator(cloud, told, ["erase-again"]))
    print("3 Holding what labs may have done since.")
    print("  " + deploy.operator(cloud, told, ["hold-gaps"]))
    print("4 Pointing the host at it.")
    # Who was away for several restores has to go back to the earliest moment of them.
    earliest = min(int(since.timestamp() * 1000), int(outputs.get("RecordsFrom", "0")) or 2**53)
    given = {"RestoredTableArn": arn, "RestoredStreamArn": stream, "Epoch": str(epoch), "RecordsFrom": str(earliest)}
    deploy.deploy_stack(cloud, template.read(), args.binaries, given, yes=True)
    print("5 Reading again what was stored since.")
    for output, bucket, prefix, suffix in REPLAYED:
        count = replay(cloud, outputs[output], outputs[bucket], prefix, suffix, since)
        print(f"  {count} under {prefix}")
    print("6 Ringing at every agent and lab, so that each asks the host.")
    print(f"  {ring(cloud, outputs, epoch)} queues")
    print(AFTERWARDS.format(epoch=epoch, old=old))
    return 0


def restored_moment(dynamo, backup: str | None) -> datetime.datetime:
    if not backup:
        return datetime.datetime.now(datetime.timezone.utc)
    found = dynamo.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]
    return found["BackupCreationDateTime"]


def replay(cloud: Cloud, queue: str, bucket: str, prefix: str, suffix: str, since: datetime.datetime) -> int:
    """S3's event once more for every object stored since. Who reads it knows what it has applied before."""
    s3, sqs = cloud.client("s3"), cloud.client("sqs")
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            if item["LastModified"] < since or not item["Key"].endswith(suffix):
                continue
            event = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": {"key": quote(item["Key"], safe="/")}}}
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"Records": [event]}))
            count += 1
    return count


def ring(cloud: Cloud, outputs: dict[str, str], epoch: int) -> int:
    """`Restored` of crates/wire/src/queue.rs. Who polls SQS talks to the host only now and then, and would learn of
    the restore when its credentials are renewed. The queues are listed and not the records: who joined since the
    restored moment has one too."""
    sqs = cloud.client("sqs")
    found = queues.doorbells(sqs, outputs)
    for url in found:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"kind": "restored", "epoch": epoch}))
    return len(found)


AFTERWARDS = """
The host runs on epoch {epoch}. Agents and labs are told so by their queue and with their next request, and say again by themselves what they did
since the restored moment: galleries, codes, photos, orders, decisions, reports, claims. What is left is people's:
  - Lines that stay on hold: their lab has not said how far they are. Ask it.
  - Computers and labs that joined since then are refused; let them in again (infrastructure/host … token).
  - Orders that no agent had taken yet are gone; customers who ask order again.
  - {old} is untouched. Keep it until everybody has compared."""


def parse_moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Stop(f"{text!r} is no moment. Write it as 2026-03-01T06:00:00Z, or `latest`.") from None
    if moment.tzinfo is None:
        raise Stop(f"{text!r} has no zone. Write it as {text}Z for UTC.")
    return moment


def table_arn(dynamo, name: str) -> str | None:
    try:
        return dynamo.describe_table(TableName=name)["Table"]["TableArn"]
    except dynamo.exceptions.ResourceNotFoundException:
        return None


def make_ready(dynamo, name: str) -> tuple[str, str]:
    """A restored table has neither stream nor expiry nor recovery: it gets what template.yaml gives its own."""
    wait_until_active(dynamo, name)
    table = dynamo.describe_table(TableName=name)["Table"]
    if not table.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamo.update_table(TableName=name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        wait_until_active(dynamo, name)
    if not table.get("DeletionProtectionEnabled"):
        dynamo.update_table(TableName=name, DeletionProtectionEnabled=True)
        wait_until_active(dynamo, name)
    dynamo.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    expiry = dynamo.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] in ("DISABLED", "DISABLING"):
        dynamo.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    table = dynamo.describe_table(TableName=name)["Table"]
    return table["TableArn"], table["LatestStreamArn"]


def wait_until_active(dynamo, name: str) -> None:
    deadline = time.time() + PATIENCE_SECONDS
    while time.time() < deadline:
        table = dynamo.describe_table(TableName=name)["Table"]
        indexes = [i["IndexStatus"] for i in table.get("GlobalSecondaryIndexes", [])]
        if table["TableStatus"] == "ACTIVE" and all(i == "ACTIVE" for i in indexes):
            return
        time.sleep(1 if table["TableStatus"] == "UPDATING" else 5)
    raise Stop(f"{name} is not ready after hours. Run the same command again later; it goes on from there.")


def noted_erasures(cloud: Cloud, outputs: dict[str, str]) -> list[str]:
    pages = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=outputs["BatchRecordsBucket"], Prefix="erased/")
    return [item["Key"] for page in pages for item in page.get("Contents", [])]
