"""template.yaml as data, and with its local paths replaced by what lies there."""

from __future__ import annotations

import copy
from pathlib import Path

from .cloud import ROOT, Stop

FUNCTION = "AWS::Serverless::Function"
EDGE_FUNCTION = "AWS::CloudFront::Function"


def read(path: Path = ROOT / "template.yaml") -> dict:
    """CloudFormation's short forms (!Ref, !Sub …) become their long ones, as JSON templates have them."""
    try:
        import yaml
    except ImportError:
        raise Stop("PyYAML is missing. Run: pip install -r infrastructure/requirements.txt") from None

    class Loader(yaml.SafeLoader):
        pass

    def intrinsic(loader, suffix, node):
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", intrinsic)
    # Dates stay text: "2012-10-17" is a version here.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in Loader.yaml_implicit_resolvers.items()
    }
    return yaml.load(path.read_text(), Loader)


def functions(template: dict) -> dict[str, str]:
    """Logical id → name of the binary, from CodeUri (target/lambda/<binary>/)."""
    return {
        name: resource["Properties"]["CodeUri"].rstrip("/").rsplit("/", 1)[-1]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }


def packaged(template: dict, code: dict[str, str]) -> dict:
    """`code` gives an s3:// address for each function's binary. The edge function's text goes in itself."""
    template = copy.deepcopy(template)
    for name, binary in functions(template).items():
        template["Resources"][name]["Properties"]["CodeUri"] = code[binary]
    for resource in template["Resources"].values():
        if resource["Type"] == EDGE_FUNCTION:
            properties = resource["Properties"]
            properties["FunctionCode"] = (ROOT / properties["FunctionCode"]).read_text()
    return template
