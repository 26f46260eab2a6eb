"""The operator's tools on the emulator: deploy, rotate, queue, backup, restore."""

import json
import os
import stat
import tempfile
import time
import unittest
from pathlib import Path

import stack
from emulator import Emulator
from tools import host_secrets

# What the emulator cannot make, and why. The list may shrink.
NOT_MADE = {
    # It has the service but no CloudFormation for it; the parameters' rules and cfn-lint look at it.
    "AWS::Budgets::Budget",
}

# Stands in for the Rust program, which has tests of its own: notes how it was called.
OPERATOR = """#!/bin/sh
echo "$DARKSLIDE_TABLE $DARKSLIDE_SECRETS_PATH $AWS_REGION $*" >> "{log}"
echo "stood in for: $*"
"""


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.binaries = cls.folder / "lambda"
        for binary in set(stack.template.functions(stack.source()).values()):
            (cls.binaries / binary).mkdir(parents=True)
            (cls.binaries / binary / "bootstrap").write_text("#!/bin/sh\nexit 1\n")
        cls.site = cls.folder / "site"
        (cls.site / "assets").mkdir(parents=True)
        for name, text in (("index.html", "<!doctype html>"), ("icon.svg", "<svg/>"), ("assets/a-1234.js", "1"), ("assets/a-1234.css", "a{}")):
            (cls.site / name).write_text(text)
        cls.bin = cls.folder / "bin"
        cls.bin.mkdir()
        cls.calls = cls.folder / "operator.log"
        (cls.bin / "darkslide-operator").write_text(OPERATOR.format(log=cls.calls))
        (cls.bin / "darkslide-operator").chmod(0o755)
        cls.first = cls.deploy("--studio", "Bright Side", "--lab", "City Lab")
        assert cls.first.returncode == 0, cls.first.stderr + cls.first.stdout
        cls.outputs = cls.read_outputs()

    @classmethod
    def tool(cls, name: str, command: list[str], *arguments: str):
        return cls.emulator.tool(name, *command, "--stage", "test", *arguments, path=str(cls.bin))

    @classmethod
    def deploy(cls, *arguments: str, skip: str = "build"):
        return cls.tool("deploy", [], "--skip", skip, "--binaries", str(cls.binaries), "--site", str(cls.site), *arguments)

    @classmethod
    def read_outputs(cls) -> dict[str, str]:
        (found,) = cls.emulator.client("cloudformation").describe_stacks(StackName="darkslide-test")["Stacks"]
        return {o["OutputKey"]: o["OutputValue"] for o in found["Outputs"]}

    def secrets(self) -> dict[str, str]:
        found = self.emulator.client("ssm").get_parameters_by_path(Path="/darkslide/test", WithDecryption=True)["Parameters"]
        return {p["Name"].rsplit("/", 1)[-1]: p["Value"] for p in found}

    def edge(self) -> dict[str, str]:
        kvs = self.emulator.client("cloudfront-keyvaluestore")
        kvs.meta.events.register("before-sign", lambda request, **_: setattr(request, "url", request.url.replace("000000000000.", "", 1)))
        return {i["Key"]: i["Value"] for i in kvs.list_keys(KvsARN=self.outputs["EdgeKeysArn"])["Items"]}

    # --- deploy -------------------------------------------------------------------------------------------------

    def test_everything_is_made_but_what_the_emulator_cannot(self):
        made = {r["LogicalResourceId"] for r in self.emulator.client("cloudformation").describe_stack_resources(StackName="darkslide-test")["StackResources"]}
        wanted = stack.transformed()["Resources"]
        missing = {n: r for n, r in wanted.items() if n not in made}
        without_condition = {r["Type"] for r in missing.values() if "Condition" not in r}
        self.assertEqual(without_condition, set())
        # SeesCloudFront and HasEmail are false here; the rest is the emulator's.
        self.assertEqual({r["Type"] for r in missing.values()} - {"AWS::CloudWatch::Alarm", "AWS::SNS::Subscription"}, NOT_MADE)

    def test_it_prints_the_address_and_the_first_tokens(self):
        self.assertIn(f"Address: {self.outputs['Address']}", self.first.stdout)
        self.assertIn("stood in for: studio add Bright Side", self.first.stdout)
        self.assertIn("stood in for: lab add City Lab", self.first.stdout)
        self.assertIn(f"{self.outputs['RecordsTable']} /darkslide/test eu-central-1 studio add Bright Side", self.calls.read_text())

    def test_host_hands_everything_on_with_the_hosts_environment(self):
        asked = self.tool("host", [], "studio", "list", "--json")
        self.assertEqual((asked.returncode, asked.stdout), (0, "stood in for: studio list --json\n"), asked.stderr)
        elsewhere = self.emulator.tool("host", "--stage", "other", "lab", "list", path=str(self.bin))
        self.assertIn("There is no stack darkslide-other", elsewhere.stderr)

    def test_secrets_are_made_once_and_only_as_secure_strings(self):
        before = self.secrets()
        self.assertEqual(set(before), {*host_secrets.NAMES, "site", "distribution"})
        self.assertEqual(before["site"], self.outputs["Address"])
        again = self.deploy("--only", "secrets")
        self.assertEqual((again.returncode, self.secrets()), (0, before), again.stderr)
        found = self.emulator.client("ssm").get_parameters_by_path(Path="/darkslide/test")["Parameters"]
        self.assertEqual({p["Type"] for p in found if not p["Name"].endswith(("/site", "/distribution"))}, {"SecureString"})
        for name, value in before.items():
            if name not in ("site", "distribution"):
                self.assertNotIn(value, self.first.stdout + self.first.stderr)

    def test_the_edge_holds_the_same_keys_as_the_functions(self):
        secrets = self.secrets()
        keys = {f"cookie-key-{k['generation']}": k["secret"] for k in json.loads(secrets["cookie"])}
        self.assertEqual(self.edge(), keys | {"origin": secrets["origin"]})

    def test_the_site_says_how_long_it_may_be_kept(self):
        s3 = self.emulator.client("s3")
        page = s3.head_object(Bucket=self.outputs["SiteBucket"], Key="index.html")
        self.assertEqual((page["CacheControl"], page["ContentType"]), ("no-cache", "text/html; charset=utf-8"))
        script = s3.head_object(Bucket=self.outputs["SiteBucket"], Key="assets/a-1234.js")
        self.assertEqual((script["CacheControl"], script["ContentType"]), ("public, max-age=31536000, immutable", "text/javascript; charset=utf-8"))
        self.assertEqual(s3.head_object(Bucket=self.outputs["SiteBucket"], Key="icon.svg")["ContentType"], "image/svg+xml")

    def test_deploying_the_same_again_changes_nothing(self):
        again = self.deploy("--only", "stack")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("nothing to change", again.stdout)

    def test_rotating_the_cookie_keeps_two_generations_at_both_ends(self):
        function = next(f for f in self.emulator.client("lambda").list_functions()["Functions"] if "GalleryApi" in f["FunctionName"])
        old = json.loads(self.secrets()["cookie"])
        for _ in range(2):
            rotated = self.deploy("--rotate", "cookie", "--only", "stack")
            self.assertEqual(rotated.returncode, 0, rotated.stderr)
        new = json.loads(self.secrets()["cookie"])
        first = old[0]["generation"]
        self.assertEqual([k["generation"] for k in new], [first + 2, first + 1])
        self.assertEqual({k for k in self.edge() if k != "origin"}, {f"cookie-key-{first + 2}", f"cookie-key-{first + 1}"})
        now = self.emulator.client("lambda").get_function_configuration(FunctionName=function["FunctionName"])
        version = "DARKSLIDE_SECRETS_VERSION"
        self.assertNotEqual(now["Environment"]["Variables"][version], function["Environment"]["Variables"][version], "functions read their secrets anew")

    def test_conflicting_parameters_are_refused_before_anything_changes(self):
        cf, bucket = self.emulator.client("cloudformation"), "darkslide-test-code-000000000000-eu-central-1"
        code = {binary: f"s3://{bucket}/{binary}.zip" for binary in stack.template.functions(stack.source()).values()}
        packaged = stack.template.packaged(stack.source(), code)
        # The emulator refuses its type (NOT_MADE) before it looks at the rules.
        del packaged["Resources"]["Spend"]
        self.emulator.client("s3").put_object(Bucket=bucket, Key="rules.json", Body=json.dumps(packaged))
        certificate, table = "arn:aws:acm:us-east-1:000000000000:certificate/1", "arn:aws:dynamodb:eu-central-1:000000000000:table/x"
        for given, words in (
            ({"SiteDomain": "prints.example.com"}, "SiteDomain needs CertificateArn"),
            ({"CertificateArn": certificate}, "of no use without SiteDomain"),
            ({"CertificateArn": certificate.replace("us-east-1", "eu-central-1")}, "us-east-1"),
            ({"WebAclArn": "arn:aws:wafv2:eu-central-1:000000000000:regional/webacl/x/1"}, "CLOUDFRONT"),
            ({"MonthlyBudget": "50"}, "MonthlyBudget needs AlarmEmail"),
            ({"RestoredTableArn": table, "Epoch": "2"}, "needs RestoredStreamArn"),
            ({"RestoredTableArn": table, "RestoredStreamArn": f"{table}/stream/1"}, "higher Epoch"),
            ({"RestoredTableArn": table, "RestoredStreamArn": f"{table}/stream/1", "Epoch": "2"}, "needs RecordsFrom"),
            ({"RestoredStreamArn": f"{table}/stream/1"}, "belongs to RestoredTableArn"),
        ):
            with self.subTest(given), self.assertRaisesRegex(Exception, words):
                values = [{"ParameterKey": k, "ParameterValue": v} for k, v in {"Stage": "test", **given}.items()]
                cf.create_change_set(
                    StackName="darkslide-test", ChangeSetName="rules", Parameters=values,
                    Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"], TemplateURL=f"{self.emulator.address}/{bucket}/rules.json",
                )
        refused = self.deploy("--only", "stack", "--set", "Nonsense=1")
        self.assertIn("no parameter Nonsense", refused.stderr)

    def test_half_of_the_secrets_is_refused_and_mends_from_the_kept_file(self):
        ssm, before = self.emulator.client("ssm"), self.secrets()
        kept = self.folder / "kept.json"
        copied = self.tool("backup", ["secrets"], str(kept))
        self.assertEqual(copied.returncode, 0, copied.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)
        self.assertNotEqual(self.tool("backup", ["secrets"], str(kept)).returncode, 0, "never written over")
        ssm.delete_parameter(Name="/darkslide/test/code-hash")
        refused = self.deploy("--only", "secrets")
        self.assertIn("code-hash", refused.stderr)
        self.assertNotIn("code-hash", self.secrets())
        back = self.tool("backup", ["secrets"], "--back", str(kept))
        self.assertEqual((back.returncode, self.secrets()), (0, before), back.stderr)

    # --- queue --------------------------------------------------------------------------------------------------

    def test_dead_letters_are_counted_shown_and_tried_again(self):
        sqs, functions = self.emulator.client("sqs"), self.emulator.client("lambda")
        arn = sqs.get_queue_attributes(QueueUrl=self.outputs["BatchQueueUrl"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for mapping in functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        # The bucket has sent its s3:TestEvent already.
        sqs.purge_queue(QueueUrl=self.outputs["BatchQueueUrl"])
        record = {"Records": [{"s3": {"object": {"key": "batches/std_x/bat_\u001b[31my.json"}}}]}
        sqs.send_message(QueueUrl=self.outputs["BatchQueueUrl"], MessageBody=json.dumps(record))
        # Five receptions stand in for five failures of a function; the sixth finds it gone.
        for _ in range(6):
            sqs.receive_message(QueueUrl=self.outputs["BatchQueueUrl"], VisibilityTimeout=0)
        counted = json.loads(self.tool("queue", ["list"], "--json").stdout)
        self.assertEqual(counted["dead_letters"]["batches"]["waiting"], 1)
        listed = self.tool("queue", ["list"], "--doorbells")
        self.assertRegex(listed.stdout, r"batches +1 +batch records that index-photos failed on")
        shown = self.tool("queue", ["show", "batches"])
        self.assertIn("batches/std_x/", shown.stdout)
        self.assertNotIn("\u001b", shown.stdout, "text from outside does not steer the terminal")
        refused = self.tool("queue", ["redrive", "batches"])
        self.assertIn("--yes", refused.stderr)
        moved = self.tool("queue", ["redrive", "batches"], "--yes")
        self.assertEqual(moved.returncode, 0, moved.stderr)
        counted = json.loads(self.tool("queue", ["list"], "--json").stdout)
        self.assertEqual(counted["dead_letters"]["batches"], {"waiting": 0, "being_worked_on": 0})
        self.assertEqual(sum(counted["working"]["batch records"].values()), 1, "back where it came from")

    # --- backup -------------------------------------------------------------------------------------------------

    def test_status_says_how_far_back_one_can_go(self):
        made = self.tool("backup", ["make"])
        self.assertIn("/backup/", made.stdout, made.stderr)
        # The emulator's CloudFormation leaves recovery off, which is how the refusal is seen.
        self.assertIn("recovery is OFF", self.tool("backup", ["status"]).stderr)
        on = {"PointInTimeRecoveryEnabled": True}
        self.emulator.client("dynamodb").update_continuous_backups(TableName=self.outputs["RecordsTable"], PointInTimeRecoverySpecification=on)
        said = self.tool("backup", ["status"])
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn(made.stdout.split()[0], said.stdout)

    def test_zz_a_restore_makes_a_new_table_and_points_the_host_at_it(self):
        dynamo, old = self.emulator.client("dynamodb"), self.outputs["RecordsTable"]
        item = {"pk": {"S": "STUDIO#std_x"}, "sk": {"S": "STUDIO"}, "gsi1pk": {"S": "STUDIOS"}, "gsi1sk": {"S": "std_x"}}
        dynamo.put_item(TableName=old, Item=item)
        backup = self.tool("backup", ["make"]).stdout.split()[0]
        s3, sqs, functions = (self.emulator.client(name) for name in ("s3", "sqs", "lambda"))
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            if ":sqs:" in mapping["EventSourceArn"]:
                functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        batch, manifest = "batches/std_x/mac_y/gal_z/bat_1.json", "relay/ord_1/lab_1/1/mac_y/manifest.json"
        s3.put_object(Bucket=self.outputs["BatchRecordsBucket"], Key=batch, Body=b"{}")
        s3.put_object(Bucket=self.outputs["RelayBucket"], Key=manifest, Body=b"{}")
        s3.put_object(Bucket=self.outputs["RelayBucket"], Key=manifest.replace("manifest.json", "print.jpg"), Body=b"-")
        for queue in ("BatchQueueUrl", "PartQueueUrl"):
            sqs.purge_queue(QueueUrl=self.outputs[queue])
        dynamo.put_item(TableName=old, Item={"pk": {"S": "STUDIO#later"}, "sk": {"S": "STUDIO"}})
        doorbells = [sqs.create_queue(QueueName=self.outputs["QueuePrefix"] + name)["QueueUrl"] for name in ("agent-mac_later", "lab-lab_x")]
        self.assertIn("no zone", self.tool("backup", ["restore"], "--at", "2026-03-01T06:00:00", "--yes").stderr)
        restored = self.tool("backup", ["restore"], "--from", backup, "--binaries", str(self.binaries), "--yes")
        self.assertEqual(restored.returncode, 0, restored.stderr + restored.stdout)

        new = "darkslide-test-records-2"
        keys = {i["pk"]["S"] for i in dynamo.scan(TableName=new)["Items"]}
        self.assertEqual(keys, {"STUDIO#std_x"}, "what was written later is not in it")
        self.assertEqual({i["pk"]["S"] for i in dynamo.scan(TableName=old)["Items"]}, {"STUDIO#std_x", "STUDIO#later"}, "the old one is untouched")
        table = dynamo.describe_table(TableName=new)["Table"]
        self.assertEqual(table["StreamSpecification"]["StreamViewType"], "NEW_IMAGE")
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertEqual(dynamo.describe_time_to_live(TableName=new)["TimeToLiveDescription"].get("AttributeName"), "ttl")
        recovery = dynamo.describe_continuous_backups(TableName=new)["ContinuousBackupsDescription"]
        self.assertEqual(recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")

        now = self.read_outputs()
        self.assertEqual((now["RecordsTable"], now["EpochNumber"]), (new, "2"))
        functions = [f for f in self.emulator.client("lambda").list_functions()["Functions"] if f["FunctionName"].startswith("darkslide-test-")]
        self.assertEqual(len(functions), 8)
        for function in functions:
            told = function["Environment"]["Variables"]
            self.assertEqual((told["DARKSLIDE_TABLE"], told["DARKSLIDE_EPOCH"]), (new, "2"))
            self.assertAlmostEqual(int(told["DARKSLIDE_RECORDS_FROM"]) / 1000, time.time() - 15 * 60, delta=300)
        mappings = self.emulator.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        streams = [m["EventSourceArn"] for m in mappings if ":dynamodb:" in m["EventSourceArn"]]
        self.assertEqual(streams, [table["LatestStreamArn"]])
        for queue, key in (("BatchQueueUrl", batch), ("PartQueueUrl", manifest)):
            bodies = [json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=self.outputs[queue], MaxNumberOfMessages=10).get("Messages", [])]
            self.assertEqual([b["Records"][0]["s3"]["object"]["key"] for b in bodies], [key], "what was stored since is read again, and print files are not")
        for url in doorbells:
            heard = [json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=url).get("Messages", [])]
            self.assertEqual(heard, [{"kind": "restored", "epoch": 2}], "whoever polls a queue is told, those who joined since too")
            sqs.delete_queue(QueueUrl=url)
        asked = [line.split(" ", 3) for line in self.calls.read_text().splitlines()]
        # In this order, on the new table, and before the host used it.
        self.assertEqual([c[3] for c in asked if c[0] == new], ["erase-again", "hold-gaps"])
        kept = self.deploy("--only", "stack")
        self.assertIn("nothing to change", kept.stdout, f"a later deployment keeps the restored table; it said {kept.stderr}")


if __name__ == "__main__":
    unittest.main()
