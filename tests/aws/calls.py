"""Counting the calls of AWS's interfaces, from the emulator's CloudTrail."""

from __future__ import annotations

import json
import ssl
import time
import urllib.request
from collections import Counter

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator import ACCESS_KEY, REGION, SECRET_KEY, Emulator

TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
PAGE = 50
COUNTED = ("s3", "dynamodb", "sqs", "sts", "ssm")


class Calls:
    """What host, agents and labs asked of AWS since this was made; what these tests asked themselves is left out."""

    def __init__(self, emulator: Emulator):
        self.emulator = emulator
        self.trust = ssl.create_default_context(cafile=str(emulator.cert))
        self.since = time.time()

    def count(self) -> Counter:
        """Events of one moment on a page that is full would hide others, so pages overlap and ids are kept."""
        seen: dict[str, dict] = {}
        until = time.time()
        while True:
            page = self.lookup(until)
            new = {e["EventId"]: e for e in page if e["EventId"] not in seen}
            seen |= new
            if len(page) < PAGE or not new:
                break
            until = min(e["EventTime"] for e in page)
        theirs = [e for e in seen.values() if e.get("AccessKeyId") != ACCESS_KEY]
        return Counter((e["EventSource"].split(".")[0], e["EventName"]) for e in theirs)

    def lookup(self, until: float) -> list[dict]:
        # boto3 rounds times to whole seconds, in which hundreds of events happen.
        body = json.dumps({"StartTime": self.since, "EndTime": until, "MaxResults": PAGE})
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": TARGET}
        request = AWSRequest("POST", self.emulator.endpoint + "/", data=body, headers=headers)
        SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "cloudtrail", REGION).add_auth(request)
        signed = urllib.request.Request(self.emulator.endpoint + "/", body.encode(), dict(request.headers))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.trust))
        with opener.open(signed, timeout=30) as answer:
            return json.loads(answer.read())["Events"]

    def __str__(self) -> str:
        count = self.count()
        parts = []
        for service in COUNTED:
            of_it = {name: n for (s, name), n in count.items() if s == service}
            if of_it:
                named = " ".join(f"{name} {n}" for name, n in sorted(of_it.items(), key=lambda x: -x[1]))
                parts.append(f"{service} {sum(of_it.values())} ({named})")
        return "; ".join(parts)
