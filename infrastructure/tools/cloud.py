"""Reaching AWS, or an emulator at AWS_ENDPOINT_URL, and saying plainly what went wrong on the way."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Stop(Exception):
    """An end the operator can do something about; the text says what."""


def run(main) -> None:
    """Runs a tool's main and turns what it ends with into an exit code and one readable message."""
    # In a pipe too, a step is announced before the programs it starts speak.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(f"{Path(sys.argv[0]).name}: {stop}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Everything here may be run again: what was done is found done.")
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("botocore", "boto3"):
            raise
        sys.exit(f"{Path(sys.argv[0]).name}: AWS refused or could not be reached.\n  {error}")


def boto3():
    try:
        import boto3
    except ImportError:
        raise Stop(
            "boto3 is missing. Make an environment for the tools and use its python:\n"
            "  python3 -m venv .venv && .venv/bin/pip install -r infrastructure/requirements.txt\n"
            f"  .venv/bin/python {' '.join(sys.argv)}"
        ) from None
    return boto3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stage", default="prod", help="which host of the account (default: prod)")
    parser.add_argument("--region", help="AWS region (default: AWS_REGION or the profile's)")
    parser.add_argument("--profile", help="profile of ~/.aws (default: AWS_PROFILE or the environment's keys)")


class Cloud:
    """The account, region and stage a tool works on."""

    def __init__(self, args: argparse.Namespace):
        self.stage = args.stage
        region = args.region or os.environ.get("AWS_REGION")
        self.session = boto3().Session(profile_name=args.profile, region_name=region)
        self.region = self.session.region_name
        if not self.region:
            raise Stop("No AWS region is set. Give --region, for example --region eu-central-1.")
        self.endpoint = os.environ.get("AWS_ENDPOINT_URL")
        self._account: str | None = None

    @property
    def account(self) -> str:
        if self._account is None:
            self._account = self.client("sts").get_caller_identity()["Account"]
        return self._account

    @property
    def stack(self) -> str:
        return f"darkslide-{self.stage}"

    @property
    def secrets_path(self) -> str:
        return f"/darkslide/{self.stage}"

    def client(self, service: str):
        from botocore.config import Config

        style = {"addressing_style": "path"} if self.endpoint else {}
        return self.session.client(service, config=Config(s3=style, retries={"mode": "standard", "max_attempts": 5}))

    def outputs(self) -> dict[str, str]:
        """What the stack says about itself."""
        from botocore.exceptions import ClientError

        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                raise Stop(
                    f"There is no stack {self.stack} in {self.region}. Deploy it: infrastructure/deploy "
                    f"--stage {self.stage} --region {self.region}"
                ) from None
            raise
        return {o["OutputKey"]: o["OutputValue"] for o in stacks[0].get("Outputs", [])}


def confirm(question: str, yes: bool) -> None:
    """Asks before something that cannot be taken back. In a pipe only --yes answers."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop(f"{question} Nobody can answer here; run it again with --yes.")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise Stop("Nothing was changed.")
