"""template.yaml as AWS's transform leaves it, and what can be asked of it. Shared by the tests beside it."""

import functools
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infrastructure"))

from tools import template  # noqa: E402


@functools.cache
def source() -> dict:
    return template.read()


@functools.cache
def transformed() -> dict:
    """What CloudFormation makes of it. An unknown policy or a wrong property of a function fails here."""
    from samtranslator.translator.transform import transform

    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

    class NoManagedPolicies:
        def load(self):
            return {}

    code = {binary: f"s3://code/{binary}.zip" for binary in template.functions(source()).values()}
    return transform(template.packaged(source(), code), {}, NoManagedPolicies())


def of_type(kind: str) -> dict[str, dict]:
    return {n: r.get("Properties", {}) for n, r in transformed()["Resources"].items() if r["Type"] == kind}


def plain(value) -> str:
    """An intrinsic as text: enough to compare resources by."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        (name, inner), = value.items()
        if name == "Ref":
            return f"${{{inner}}}"
        if name == "Fn::GetAtt":
            return f"${{{'.'.join(inner)}}}"
        if name == "Fn::Sub":
            if isinstance(inner, str):
                return inner
            text, variables = inner
            for variable, meaning in variables.items():
                text = text.replace(f"${{{variable}}}", plain(meaning))
            return text
        if name == "Fn::If":
            # The table is one or the other; the stack's own stands for both.
            return plain(inner[2])
    return json.dumps(value, sort_keys=True)


def several(value) -> list:
    return value if isinstance(value, list) else [value]


def statements(document: dict) -> set[tuple]:
    """(effect, action, resource, partitions) for every pair of a policy."""
    out = set()
    for statement in document["Statement"]:
        condition = statement.get("Condition", {})
        keys = next((tuple(c["dynamodb:LeadingKeys"]) for c in condition.values() if "dynamodb:LeadingKeys" in c), ())
        for action in several(statement["Action"]):
            for resource in several(statement["Resource"]):
                out.add((statement["Effect"], action, short(plain(resource)), keys))
    return out


def short(resource: str) -> str:
    prefix = "arn:${AWS::Partition}:"
    for service in ("sqs", "ssm"):
        resource = resource.replace(f"{prefix}{service}:${{AWS::Region}}:${{AWS::AccountId}}:", f"{service}:")
    return resource
