"""Puts a host on AWS, or brings one up to date. Every step may be run again and finds done what is done."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from pathlib import Path

from . import customer_site, functions, host_secrets, stack, template
from .cloud import ROOT, Cloud, Stop, add_arguments

STEPS = ("build", "secrets", "stack", "keys", "site")
EPILOG = """\
steps, in this order:
  build    the eight functions for Lambda's arm64, with cargo-lambda, into target/lambda/
  secrets  makes what SSM lacks under /darkslide/<stage>; what is there stays
  stack    zips, template.yaml, a change set that is shown before it is carried out
  keys     the cookie keys and the origin secret into the edge function's key-value store
  site     site/dist into its bucket

examples:
  infrastructure/deploy --region eu-central-1 --studio "Bright Side Photo" --lab "City Lab"
  infrastructure/deploy --set SiteDomain=prints.example.com --set CertificateArn=arn:aws:acm:us-east-1:…
  infrastructure/deploy --set AlarmEmail=you@example.com --set MonthlyBudget=50
  infrastructure/deploy --only site
  infrastructure/deploy --rotate cookie

A --set stays until another one replaces it. docs/aws-operations.md has the rest.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="infrastructure/deploy", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of template.yaml")
    parser.add_argument("--only", metavar="STEPS", help="just these, with commas between")
    parser.add_argument("--skip", metavar="STEPS", default="", help="all but these")
    parser.add_argument("--rotate", choices=host_secrets.ROTATABLE, help="make a new key of this kind, then deploy it")
    parser.add_argument("--studio", action="append", default=[], metavar="NAME", help="add a studio and print its enrolment token")
    parser.add_argument("--lab", action="append", default=[], metavar="NAME", help="add a lab and print its enrolment token")
    parser.add_argument("--binaries", type=Path, default=functions.BUILT, metavar="FOLDER", help="holds <function>/bootstrap (default: target/lambda)")
    parser.add_argument("--site", type=Path, default=customer_site.FOLDER, metavar="FOLDER", help="the built site (default: site/dist)")
    parser.add_argument("--yes", action="store_true", help="do not ask, not even before something is replaced")
    return parser.parse_args(argv)


def steps(args: argparse.Namespace) -> list[str]:
    def named(text: str) -> set[str]:
        names = {name.strip() for name in text.split(",") if name.strip()}
        if unknown := names - set(STEPS):
            raise Stop(f"There is no step {', '.join(sorted(unknown))}. The steps are {', '.join(STEPS)}.")
        return names

    wanted = named(args.only) if args.only else set(STEPS)
    if args.rotate:
        # The functions read a new key only when their configuration changes.
        wanted |= {"stack", "keys"}
    return [step for step in STEPS if step in wanted - named(args.skip)]


def settings(args: argparse.Namespace) -> dict[str, str]:
    found = {}
    for pair in args.set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Stop(f"--set takes NAME=VALUE, not {pair!r}.")
        found[name] = value
    if "Stage" in found:
        raise Stop("The stage is given with --stage.")
    return found


def main(argv: list[str]) -> int:
    args = parse(argv)
    wanted, given = steps(args), settings(args)
    source = template.read()
    if "build" in wanted:
        print("Building the functions")
        functions.build(sorted(set(template.functions(source).values())))
    if wanted == ["build"]:
        # Nothing of this asks AWS.
        print(f"They are in {functions.BUILT}/<function>/bootstrap")
        return 0
    cloud = Cloud(args)
    print(f"{cloud.stack} in {cloud.region}, account {cloud.account}" + (f", at {cloud.endpoint}" if cloud.endpoint else ""))

    if "secrets" in wanted:
        print("Secrets")
        host_secrets.ensure(cloud)
    if args.rotate:
        print(f"A new key: {args.rotate}")
        host_secrets.rotate(cloud, args.rotate, cloud.outputs()["EdgeKeysArn"])
    if "stack" in wanted:
        deploy_stack(cloud, source, args.binaries, given, args.yes)
    elif given:
        raise Stop("--set changes the stack; leave the step stack in.")
    outputs = cloud.outputs()
    if "keys" in wanted:
        print("Keys at the edge")
        values, _ = host_secrets.read(cloud)
        changed = host_secrets.write_edge(cloud, outputs["EdgeKeysArn"], host_secrets.edge_values(values))
        print(f"  {changed} changed")
    if "site" in wanted:
        print("Site")
        customer_site.upload(cloud, outputs["SiteBucket"], args.site)
    print(f"\nAddress: {outputs['Address']}")
    for kind, names in (("studio", args.studio), ("lab", args.lab)):
        for name in names:
            print(f"\n{operator(cloud, variables(outputs), [kind, 'add', name])}")
    return 0


def deploy_stack(cloud: Cloud, source: dict, folder: Path, given: dict[str, str], yes: bool) -> None:
    print("Functions")
    bucket = functions.bucket(cloud)
    code = functions.upload(cloud, bucket, folder, sorted(set(template.functions(source).values())))
    values, version = host_secrets.read(cloud)
    if missing := set(host_secrets.NAMES) - set(values):
        raise Stop(f"SSM lacks {', '.join(sorted(missing))} under {cloud.secrets_path}. Leave the step secrets in.")
    print("Stack")
    given = {**given, "Stage": cloud.stage, "SecretsVersion": version}
    stack.deploy(cloud, template.packaged(source, code), given, bucket, yes)


def operator(cloud: Cloud, told: dict[str, str], arguments: list[str]) -> str:
    """Enrolment is the host's own business: its Rust code writes the token, with this operator's credentials."""
    credentials = cloud.session.get_credentials().get_frozen_credentials()
    environment = {
        **os.environ,
        **told,
        "AWS_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
    }
    if credentials.token:
        environment["AWS_SESSION_TOKEN"] = credentials.token
    if cloud.endpoint:
        environment["DARKSLIDE_S3_PATH_STYLE"] = "1"
    ready = shutil.which("darkslide-operator")
    command = [ready] if ready else ["cargo", "run", "--quiet", "--package", "darkslide-operator", "--"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(f"`darkslide-operator {' '.join(arguments)}` failed; what came before it is done.\n  {done.stderr.strip()}")
    return done.stdout.strip()


def variables(outputs: dict[str, str]) -> dict[str, str]:
    """The environment that template.yaml gives every function, from what the stack says about itself."""
    return json.loads(outputs["Environment"])
