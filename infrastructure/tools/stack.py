"""The stack, by change set: what would change is shown, and asked about where something would be lost."""

from __future__ import annotations

import json
import sys
import time

from .cloud import Cloud, Stop, confirm

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# A distribution takes minutes to reach every edge.
PATIENCE_SECONDS = 3600
POLL_SECONDS = 5


def describe(cloud: Cloud) -> dict | None:
    from botocore.exceptions import ClientError

    try:
        return cloud.client("cloudformation").describe_stacks(StackName=cloud.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def parameters(template: dict, settings: dict[str, str], stack: dict | None) -> list[dict]:
    """What was given now; else what the stack has; else the template's default."""
    declared = template["Parameters"]
    unknown = sorted(set(settings) - set(declared))
    if unknown:
        raise Stop(f"template.yaml has no parameter {', '.join(unknown)}. It has: {', '.join(declared)}.")
    held = {p["ParameterKey"] for p in (stack or {}).get("Parameters", [])}
    out = []
    for name in declared:
        if name in settings:
            out.append({"ParameterKey": name, "ParameterValue": settings[name]})
        elif name in held:
            out.append({"ParameterKey": name, "UsePreviousValue": True})
    return out


def losses(changes: list[dict]) -> list[str]:
    """Changes that take a resource away or put a new one in its place."""
    found = []
    for change in (c["ResourceChange"] for c in changes):
        if change["Action"] == "Remove":
            found.append(f"{change['LogicalResourceId']} ({change['ResourceType']}) is removed")
        elif change.get("Replacement") == "True":
            found.append(f"{change['LogicalResourceId']} ({change['ResourceType']}) is replaced by a new one")
    return found


def deploy(cloud: Cloud, template: dict, settings: dict[str, str], bucket: str, yes: bool) -> None:
    cf = cloud.client("cloudformation")
    stack = describe(cloud)
    if stack and stack["StackStatus"] == "ROLLBACK_COMPLETE":
        # Left by a first deployment that failed; it holds nothing and can only be deleted.
        cf.delete_stack(StackName=cloud.stack)
        cf.get_waiter("stack_delete_complete").wait(StackName=cloud.stack)
        stack = None
    if stack and stack["StackStatus"] == "REVIEW_IN_PROGRESS":
        stack = None
    # Two deployments in one second are two templates and two change sets.
    name = f"deploy-{time.time_ns() // 1_000_000}"
    key = f"template-{name}.json"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(template, indent=1))
    host = cloud.endpoint or f"https://s3.{cloud.region}.amazonaws.com"
    cf.create_change_set(
        StackName=cloud.stack,
        ChangeSetName=name,
        ChangeSetType="UPDATE" if stack else "CREATE",
        TemplateURL=f"{host}/{bucket}/{key}",
        Parameters=parameters(template, settings, stack),
        Capabilities=CAPABILITIES,
        Tags=[{"Key": "darkslide", "Value": cloud.stage}],
    )
    status = wait_for_change_set(cf, cloud.stack, name)
    if status is None:
        print("  nothing to change")
        return
    changes = [c for page in cf.get_paginator("describe_change_set").paginate(
        StackName=cloud.stack, ChangeSetName=name) for c in page["Changes"]]
    counts = {action: sum(c["ResourceChange"]["Action"] == action for c in changes) for action in ("Add", "Modify", "Remove")}
    print("  " + ", ".join(f"{count} to {action.lower()}" for action, count in counts.items() if count))
    lost = losses(changes) if stack else []
    if lost:
        print("  Look twice:\n    " + "\n    ".join(lost))
        confirm("Go on?", yes)
    begun = time.time()
    cf.execute_change_set(StackName=cloud.stack, ChangeSetName=name)
    wait_for_stack(cf, cloud.stack)
    print(f"  done in {time.time() - begun:.0f} s")


def wait_for_change_set(cf, stack: str, name: str) -> str | None:
    """None when the change set is empty."""
    for _ in range(PATIENCE_SECONDS // POLL_SECONDS):
        answer = cf.describe_change_set(StackName=stack, ChangeSetName=name)
        status, reason = answer["Status"], answer.get("StatusReason", "")
        if status == "CREATE_COMPLETE":
            return status
        if status == "FAILED":
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                cf.delete_change_set(StackName=stack, ChangeSetName=name)
                return None
            raise Stop(f"CloudFormation refused the template.\n  {reason}")
        time.sleep(0.2 if status == "CREATE_PENDING" else 1)
    raise Stop(f"CloudFormation did not finish the change set {name}.")


def show_progress(cf, stack: str, status: str) -> None:
    """On a terminal only: what CloudFormation is at, and how far."""
    if not sys.stdout.isatty():
        return
    resources = cf.describe_stack_resources(StackName=stack)["StackResources"]
    busy = [r["LogicalResourceId"] for r in resources if r["ResourceStatus"].endswith("IN_PROGRESS")]
    done = len(resources) - len(busy)
    print(f"\r\033[K  {status.lower()}: {done} of {len(resources)}, at {', '.join(busy[:3])}"[:110], end="", flush=True)


def wait_for_stack(cf, stack: str) -> None:
    deadline = time.time() + PATIENCE_SECONDS
    while time.time() < deadline:
        now = cf.describe_stacks(StackName=stack)["Stacks"][0]
        status = now["StackStatus"]
        if not status.endswith("IN_PROGRESS"):
            break
        young = now.get("LastUpdatedTime", now["CreationTime"]).timestamp() > time.time() - 10
        show_progress(cf, stack, status)
        time.sleep(0.5 if young else POLL_SECONDS)
    if sys.stdout.isatty():
        print("\r\033[K", end="")
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return
    events = cf.describe_stack_events(StackName=stack)["StackEvents"]
    why = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason', '')}" for e in events
           if e["ResourceStatus"].endswith("FAILED") and "cancelled" not in e.get("ResourceStatusReason", "")]
    raise Stop(f"The stack is {status}; CloudFormation has taken its changes back.\n  " + "\n  ".join(why[:5]))
