"""The host as its operator makes it: the real infrastructure/deploy on the emulator, and what the emulator lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import boto3
from botocore.config import Config

from emulator import REGION, Emulator, Failure

ROOT = Path(__file__).resolve().parents[2]
STAGE = "test"
STACK = f"darkslide-{STAGE}"
FUNCTIONS = ("studio-api", "gallery-api", "order-api", "index-photos", "dispatch-orders", "relay-lab-files", "expire-galleries", "send-mail")
PROGRAMS = ("darkslide", "darkslide-lab", "darkslide-shoot", "darkslide-operator")
LISTED = json.loads((Path(__file__).parent / "not_emulated.json").read_text())
# Turns on what is off by default, so that every resource of the template is made.
SETTINGS = {"AlarmEmail": "operator@example.org"}


class Host:
    def __init__(self, emulator: Emulator, binaries: Path):
        self.emulator, self.binaries = emulator, binaries
        self.environment = emulator.environment()
        self.session = boto3.Session(self.environment["AWS_ACCESS_KEY_ID"], self.environment["AWS_SECRET_ACCESS_KEY"], region_name=REGION)

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.emulator.endpoint, verify=str(self.emulator.cert),
                                   config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}, proxies={}))

    def records(self):
        """The table, items as Python values."""
        resource = self.session.resource("dynamodb", endpoint_url=self.emulator.endpoint, verify=str(self.emulator.cert))
        return resource.Table(self.name("Records"))

    def deploy(self) -> int:
        """Runs the operator's own tool; how many resources the stack has."""
        given = [f"--set={name}={value}" for name, value in SETTINGS.items()]
        self.operator_tool("deploy", "--skip", "build,site", "--binaries", str(self.binaries), "--yes", *given)
        found = self.check_resources() | self.play_api() | self.play_edge() | self.play_origin() | self.play_policy()
        if grown := found - set(LISTED):
            raise Failure(f"The emulator lacks {', '.join(sorted(grown))}. Change the template, or add why to tests/aws/not_emulated.json.")
        if shrunk := set(LISTED) - found:
            raise Failure(f"The emulator has {', '.join(sorted(shrunk))} by now: take it out of tests/aws/not_emulated.json.")
        outputs = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in outputs}
        self.site = self.outputs["Address"]
        return len(self.resources)

    def operator_tool(self, name: str, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "infrastructure" / name), *arguments, "--stage", STAGE, "--region", REGION]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"infrastructure/{name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    # --- what the emulator makes ------------------------------------------------------------------------------
    def check_resources(self) -> set[str]:
        """What the transformed template has and the stack lacks: `type name` each."""
        cloudformation = self.client("cloudformation")
        template = cloudformation.get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
        template = template if isinstance(template, dict) else json.loads(template)
        self.template = template["Resources"]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        self.resources = {r["LogicalResourceId"]: r for page in pages for r in page["StackResourceSummaries"]}
        unmade = {n for n, r in self.resources.items() if r["ResourceStatus"] != "CREATE_COMPLETE" or not r.get("PhysicalResourceId")}
        missing = {n for n in self.template if n not in self.resources}
        return {f"{self.template[name]['Type']} {name}" for name in unmade | missing}

    def play_again(self) -> None:
        """After an update of the stack, which makes its resources anew where the emulator cannot change them."""
        self.check_resources()
        self.play_api()
        self.play_edge()
        self.play_origin()
        self.play_policy()
        outputs = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in outputs}

    def name(self, logical: str) -> str:
        return self.resources[logical]["PhysicalResourceId"]

    def play_api(self) -> set[str]:
        api = self.client("apigatewayv2")
        if api.get_routes(ApiId=self.name("Api"))["Items"]:
            return set()
        for path, methods in self.template["Api"]["Properties"]["Body"]["paths"].items():
            integration = methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
            function = integration["uri"]["Fn::Sub"].split("${")[-1].removesuffix(".Arn}/invocations")
            arn = f"arn:aws:lambda:{REGION}:000000000000:function:{self.name(function)}"
            made = api.create_integration(ApiId=self.name("Api"), IntegrationType="AWS_PROXY", IntegrationUri=arn,
                                          PayloadFormatVersion=integration["payloadFormatVersion"])
            api.create_route(ApiId=self.name("Api"), RouteKey=f"ANY {path}", Target=f"integrations/{made['IntegrationId']}")
        return {"AWS::ApiGatewayV2::Api Api"}

    def edge_keys(self) -> dict[str, str]:
        store = self.client("cloudfront-keyvaluestore")
        # AWS has a host name an account for this; the emulator has one.
        store.meta.events.register("before-sign", lambda request, **_: setattr(request, "url", request.url.replace("000000000000.", "", 1)))
        [arn] = [s["ARN"] for s in self.client("cloudfront").list_key_value_stores()["KeyValueStoreList"]["Items"]]
        return {item["Key"]: item["Value"] for item in store.list_keys(KvsARN=arn)["Items"]}

    def play_edge(self) -> set[str]:
        import_line = 'import cf from "cloudfront";'
        source = (ROOT / "infrastructure" / "edge" / "viewer-request.js").read_text()
        if import_line not in source:
            raise Failure("The edge function does not import `cloudfront` in the line that host.py replaces.")
        stand_in = (f"const store = {json.dumps(self.edge_keys())};"
                    "const cf = { kvs: () => ({ get: async (name) => { if (name in store) return store[name]; throw new Error('KeyNotFound'); } }) };")
        cloudfront, name = self.client("cloudfront"), self.name("ViewerRequest")
        etag = lambda: cloudfront.describe_function(Name=name, Stage="DEVELOPMENT")  # noqa: E731
        held = etag()
        cloudfront.update_function(Name=name, IfMatch=held["ETag"], FunctionConfig=held["FunctionSummary"]["FunctionConfig"],
                                   FunctionCode=source.replace(import_line, stand_in).encode())
        cloudfront.publish_function(Name=name, IfMatch=etag()["ETag"])
        return {"AWS::CloudFront::Function ViewerRequest"}

    def play_origin(self) -> set[str]:
        cloudfront = self.client("cloudfront")
        held = cloudfront.get_distribution_config(Id=self.name("Distribution"))
        config = held["DistributionConfig"]
        [origin] = [o for o in config["Origins"]["Items"] if o["Id"] == "api"]
        origin |= {"DomainName": "localhost", "OriginPath": f"/_aws/execute-api/{self.name('Api')}/$default"}
        origin["CustomOriginConfig"] |= {"HTTPPort": 80, "HTTPSPort": self.emulator.port}
        cloudfront.update_distribution(Id=self.name("Distribution"), IfMatch=held["ETag"], DistributionConfig=config)
        return {"AWS::CloudFront::Distribution Distribution"}

    def play_policy(self) -> set[str]:
        iam = self.client("iam")
        allowed = {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        for logical in self.template:
            if self.template[logical]["Type"] == "AWS::Lambda::Function":
                role = self.name(self.template[logical]["Properties"]["Role"]["Fn::GetAtt"][0])
                iam.put_role_policy(RoleName=role, PolicyName="what-the-emulator-asks", PolicyDocument=document)
        return {"AWS::IAM::ManagedPolicy EveryFunction"}

    # --- what is asked of it ----------------------------------------------------------------------------------
    def enrol(self, kind: str, name: str) -> str:
        """The token that lets a studio's computer or a lab in, as the operator's tool prints it."""
        text = self.operator_tool("deploy", "--only", "keys", f"--{kind}", name)
        words = text.replace("'", " ").split()
        return words[words.index("--token") + 1]

    def invoke(self, logical: str, event: dict) -> dict:
        answer = self.client("lambda").invoke(FunctionName=self.name(logical), Payload=json.dumps(event).encode())
        body = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise Failure(f"{logical} failed on {event}: {body}")
        return body

    def queues(self, word: str) -> list[str]:
        """Addresses of the queues made at enrolment: `agent` or `lab`."""
        found = self.client("sqs").list_queues(QueueNamePrefix=f"{STACK}-{word}-").get("QueueUrls", [])
        return sorted(found)

    def waiting(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sum(int(v) for v in self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())

    def objects(self, logical: str) -> dict[str, int]:
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.name(logical))
        return {o["Key"]: o["Size"] for page in pages for o in page.get("Contents", [])}
