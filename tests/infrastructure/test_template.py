"""What template.yaml promises: it lints, AWS's transform takes it, nothing is public, queues wait long enough."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

import stack

# Rules of cfn-lint that are not followed, and why. The list may shrink.
LINT_SKIPS = {
    # Optional parameters are empty by default, and empty is no ARN; conditions keep the empty ones out.
    "W1030",
}


class Template(unittest.TestCase):
    maxDiff = None

    def test_cfn_lint_finds_nothing_but_what_is_skipped_with_a_reason(self):
        lint = Path(sys.executable).with_name("cfn-lint")
        run = subprocess.run([lint, "--format", "json", stack.ROOT / "template.yaml"], capture_output=True, text=True)
        found = {f"{m['Rule']['Id']}: {m['Message']}" for m in json.loads(run.stdout)}
        self.assertEqual({f for f in found if f.split(":")[0] not in LINT_SKIPS}, set())
        self.assertEqual({f.split(":")[0] for f in found}, LINT_SKIPS, "a skip that is not needed any more goes")

    def test_the_transform_takes_it(self):
        types = {r["Type"] for r in stack.transformed()["Resources"].values()}
        self.assertFalse({t for t in types if t.startswith("AWS::Serverless")})
        self.assertIn("AWS::ApiGatewayV2::Api", types)

    def test_functions_are_arm64_binaries_that_the_workspace_builds(self):
        functions = stack.of_type("AWS::Lambda::Function")
        self.assertEqual(len(functions), 8)
        for name, function in functions.items():
            self.assertEqual((function["Runtime"], function["Architectures"], function["Handler"]), ("provided.al2023", ["arm64"], "bootstrap"), name)
            self.assertLessEqual(function["Timeout"], 900)
            self.assertEqual(function["LoggingConfig"]["LogGroup"], {"Ref": "Log"})
        for name, binary in stack.template.functions(stack.source()).items():
            manifest = (stack.ROOT / "functions" / binary / "Cargo.toml").read_text()
            self.assertIn(f'name = "{binary}"', manifest, name)

    def test_functions_are_told_what_the_adapters_read(self):
        settings = (stack.ROOT / "crates" / "aws" / "src" / "settings.rs").read_text()
        needed = set(re.findall(r'(?:needed|arn)\(\s*"(DARKSLIDE_\w+)"', settings))
        self.assertGreaterEqual(len(needed), 9)
        told = json.loads(stack.source()["Outputs"]["Environment"]["Value"]["Fn::Sub"][0])
        for function in stack.of_type("AWS::Lambda::Function").values():
            self.assertLessEqual(needed, set(function["Environment"]["Variables"]))
        self.assertLessEqual(needed, set(told), "the operator's tools are told the same")

    def test_http_functions_answer_before_the_api_gives_up(self):
        for name in ("StudioApi", "GalleryApi", "OrderApi"):
            self.assertLess(stack.of_type("AWS::Lambda::Function")[name]["Timeout"], 29)

    def test_every_parameter_and_output_is_described(self):
        for section in ("Parameters", "Outputs"):
            for name, item in stack.source()[section].items():
                self.assertGreater(len(item.get("Description", "")), 12, name)
        for name, parameter in stack.source()["Parameters"].items():
            limited = {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter) or name == "SecretsVersion"
            self.assertTrue(limited, f"{name} takes anything")

    # --- queues -------------------------------------------------------------------------------------------------

    def test_visibility_is_six_times_the_timeout_and_failures_are_named_one_by_one(self):
        queues, functions = stack.of_type("AWS::SQS::Queue"), stack.of_type("AWS::Lambda::Function")
        polled = [m for m in stack.of_type("AWS::Lambda::EventSourceMapping").values() if "Queue" in stack.plain(m["EventSourceArn"])]
        self.assertEqual(len(polled), 2)
        for mapping in polled:
            queue = queues[stack.plain(mapping["EventSourceArn"])[2:].split(".")[0]]
            timeout = functions[mapping["FunctionName"]["Ref"]]["Timeout"]
            self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * timeout)
            self.assertGreaterEqual(queue["RedrivePolicy"]["maxReceiveCount"], 5, "one bad moment is not a dead letter")
            self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])

    def test_the_stream_gives_up_after_a_bounded_time_and_sets_aside_what_failed(self):
        (mapping,) = [m for m in stack.of_type("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" in m]
        self.assertLessEqual(mapping["MaximumRetryAttempts"], 10)
        self.assertLessEqual(mapping["MaximumRecordAgeInSeconds"], 86_400)
        self.assertTrue(mapping["BisectBatchOnFunctionError"])
        self.assertEqual(mapping["DestinationConfig"]["OnFailure"]["Destination"], {"Fn::GetAtt": ["StreamFailures", "Arn"]})
        self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])

    def test_every_dead_letter_queue_has_an_alarm_and_keeps_for_14_days(self):
        queues = stack.of_type("AWS::SQS::Queue")
        watched = {stack.plain(d["Value"]) for a in stack.of_type("AWS::CloudWatch::Alarm").values() for d in a.get("Dimensions", []) if d["Name"] == "QueueName"}
        dead = {n for n in queues if n.endswith("DeadLetters") or n == "StreamFailures"}
        self.assertEqual(len(dead), 5)
        self.assertEqual(watched, {f"${{{n}.QueueName}}" for n in dead})
        for name in dead:
            self.assertEqual(queues[name]["MessageRetentionPeriod"], 14 * 86_400)

    def test_every_alarm_tells_somebody(self):
        alarms = stack.of_type("AWS::CloudWatch::Alarm")
        for name, alarm in alarms.items():
            self.assertEqual(alarm["AlarmActions"], [{"Ref": "Alarms"}], name)
            self.assertGreater(len(alarm["AlarmDescription"]), 40, name)
        metric = stack.of_type("AWS::Logs::MetricFilter")["UnclaimedOrders"]
        (field,) = re.findall(r"\$\.fields\.(\w+) = \*", metric["FilterPattern"])
        dispatch = (stack.ROOT / "functions/dispatch-orders/src/main.rs").read_text()
        self.assertIn(f"tracing::info!({field} = ", dispatch, "the order book's count is logged under this name")
        dashboard = stack.of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
        json.loads(re.sub(r"\$\{[^}]+\}", "x", dashboard))

    # --- nothing is public --------------------------------------------------------------------------------------

    def test_buckets_are_closed_encrypted_and_of_one_owner(self):
        closed = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
        buckets = stack.of_type("AWS::S3::Bucket")
        self.assertEqual(set(buckets), {"Site", "Renditions", "Relay", "BatchRecords"})
        for name, bucket in buckets.items():
            self.assertEqual(bucket["PublicAccessBlockConfiguration"], closed, name)
            self.assertEqual(bucket["OwnershipControls"]["Rules"], [{"ObjectOwnership": "BucketOwnerEnforced"}])
            (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            self.assertEqual(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
            self.assertIn("AbortIncompleteMultipartUpload", str(bucket["LifecycleConfiguration"]))

    def test_only_cloudfront_reads_a_bucket_and_only_the_site_and_the_pictures(self):
        allowed = {}
        for name, policy in stack.of_type("AWS::S3::BucketPolicy").items():
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Deny":
                    self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}}, name)
                    continue
                self.assertEqual(statement["Principal"], {"Service": "cloudfront.amazonaws.com"}, name)
                self.assertIn("distribution/${Distribution}", stack.plain(statement["Condition"]["StringEquals"]["AWS:SourceArn"]))
                allowed[name] = (statement["Action"], stack.plain(statement["Resource"]))
        self.assertEqual(allowed, {"SitePolicy": ("s3:GetObject", "${Site.Arn}/*"), "RenditionsPolicy": ("s3:GetObject", "${Renditions.Arn}/img/*")})
        refusing = {p["Bucket"]["Ref"] for p in stack.of_type("AWS::S3::BucketPolicy").values() if any(s["Effect"] == "Deny" for s in p["PolicyDocument"]["Statement"])}
        self.assertEqual(refusing, set(stack.of_type("AWS::S3::Bucket")), "every bucket refuses plain HTTP")

    def test_queues_take_messages_from_this_accounts_bucket_alone(self):
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values():
            for statement in policy["PolicyDocument"]["Statement"]:
                self.assertEqual(statement["Principal"], {"Service": "s3.amazonaws.com"})
                self.assertEqual(set(statement["Condition"]), {"StringEquals", "ArnEquals"})
        for name, queue in stack.of_type("AWS::SQS::Queue").items():
            self.assertTrue(queue["SqsManagedSseEnabled"], name)

    def test_functions_have_no_address_of_their_own(self):
        self.assertEqual(stack.of_type("AWS::Lambda::Url"), {})
        for permission in stack.of_type("AWS::Lambda::Permission").values():
            self.assertNotEqual(permission["Principal"], "*")
            self.assertIn("SourceArn", permission)

    def test_events_go_where_the_keys_say(self):
        keys = (stack.ROOT / "crates" / "domain" / "src" / "object_key.rs").read_text()
        for bucket, constant, queue in (("BatchRecords", "BATCH_PREFIX", "BatchQueue"), ("Relay", "RELAY_PREFIX", "PartQueue")):
            (configuration,) = stack.of_type("AWS::S3::Bucket")[bucket]["NotificationConfiguration"]["QueueConfigurations"]
            self.assertEqual(configuration["Queue"], {"Fn::GetAtt": [queue, "Arn"]})
            rules = {r["Name"]: r["Value"] for r in configuration["Filter"]["S3Key"]["Rules"]}
            self.assertIn(f'{constant}: &str = "{rules["prefix"]}"', keys)

    # --- CloudFront ---------------------------------------------------------------------------------------------

    def test_every_behaviour_passes_the_edge_function_and_sends_the_headers(self):
        config = stack.of_type("AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
        behaviours = {b.get("PathPattern", "*"): b for b in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]}
        self.assertEqual({p: b["TargetOriginId"] for p, b in behaviours.items()}, {"*": "site", "/img/*": "renditions", "/api/*": "api"})
        for path, behaviour in behaviours.items():
            (association,) = behaviour["FunctionAssociations"]
            self.assertEqual((association["EventType"], association["FunctionARN"]), ("viewer-request", {"Fn::GetAtt": ["ViewerRequest", "FunctionARN"]}), path)
            self.assertIn("ResponseHeadersPolicyId", behaviour)
            self.assertIn(behaviour["ViewerProtocolPolicy"], ("https-only", "redirect-to-https"))
        caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        self.assertEqual(behaviours["/api/*"]["CachePolicyId"], caching_disabled)
        self.assertNotIn("CustomErrorResponses", config, "they would turn the API's refusals into pages")
        for origin in config["Origins"]:
            if origin["Id"] != "api":
                self.assertEqual(origin["OriginAccessControlId"], {"Ref": "S3Access"})
            else:
                self.assertEqual(origin["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only")

    def test_pictures_are_kept_at_the_edge_no_longer_than_a_cookie_opens_a_gallery(self):
        cookie = (stack.ROOT / "crates" / "domain" / "src" / "access" / "cookie.rs").read_text()
        lifetime = int(re.search(r"LIFETIME_SECONDS: i64 = ([\d_]+)", cookie).group(1).replace("_", ""))
        policy = stack.of_type("AWS::CloudFront::CachePolicy")["ImageCache"]["CachePolicyConfig"]
        self.assertLessEqual(policy["MaxTTL"], lifetime)
        for name, cache in stack.of_type("AWS::CloudFront::CachePolicy").items():
            key = cache["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
            self.assertEqual(key["CookiesConfig"], {"CookieBehavior": "none"}, name)
            self.assertEqual(key["QueryStringsConfig"], {"QueryStringBehavior": "none"}, name)

    def test_browsers_are_told_what_the_one_machine_host_tells_them(self):
        guard = (stack.ROOT / "functions/one-machine/src/serve/guard/security_headers.rs").read_text()
        constant = re.search(r'const POLICY: &str = "(.*?)";', guard, re.S).group(1)
        csp = re.sub(r"\\\n\s*", "", constant)
        names = {"X_CONTENT_TYPE_OPTIONS", "REFERRER_POLICY", "X_FRAME_OPTIONS"}
        embedded = {n: v for n, v in re.findall(r'header::(\w+), "([^"]+)"', guard) if n in names}
        embedded_hsts = re.search(r'"max-age=(\d+)"', guard).group(1)
        policies = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")
        self.assertEqual(len(policies), 3)
        for name, policy in policies.items():
            config = policy["ResponseHeadersPolicyConfig"]
            security = config["SecurityHeadersConfig"]
            self.assertEqual(security["ContentSecurityPolicy"], {"Override": True, "ContentSecurityPolicy": csp}, name)
            told = {
                "X_CONTENT_TYPE_OPTIONS": "nosniff" if security["ContentTypeOptions"]["Override"] else "",
                "REFERRER_POLICY": security["ReferrerPolicy"]["ReferrerPolicy"],
                "X_FRAME_OPTIONS": security["FrameOptions"]["FrameOption"],
            }
            self.assertEqual(told, embedded, name)
            hsts = security["StrictTransportSecurity"]
            self.assertEqual((str(hsts["AccessControlMaxAgeSec"]), hsts["IncludeSubdomains"]), (embedded_hsts, False))
            custom = {i["Header"]: i["Value"] for i in config["CustomHeadersConfig"]["Items"]}
            self.assertIn(f'"cross-origin-resource-policy"), "{custom["cross-origin-resource-policy"]}"', guard)

    # --- what must outlive a mistake ----------------------------------------------------------------------------

    def test_what_cannot_be_made_again_outlives_the_stack(self):
        kept = {n for n, r in stack.transformed()["Resources"].items() if r.get("DeletionPolicy") == "Retain"}
        self.assertLessEqual({"Records", "Renditions", "BatchRecords"}, kept)
        records = stack.of_type("AWS::DynamoDB::Table")["Records"]
        self.assertTrue(records["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(records["DeletionProtectionEnabled"])
        self.assertEqual(records["BillingMode"], "PAY_PER_REQUEST")

    def test_print_files_stay_as_long_as_the_sweep_keeps_them(self):
        sweep = (stack.ROOT / "functions/expire-galleries/src/sweep_relay.rs").read_text()
        days = int(re.search(r"const KEEP: i64 = (\d+) \* Millis::DAY", sweep).group(1))
        self.assertGreaterEqual(stack.source()["Parameters"]["RelayDays"]["MinValue"], days)

    def test_sold_files_stay_as_long_as_they_may_be_offered(self):
        rules = stack.source()["Resources"]["Relay"]["Properties"]["LifecycleConfiguration"]["Rules"]
        days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
        digital = (stack.ROOT / "crates/domain/src/digital.rs").read_text()
        longest = int(re.search(r"MAX_DAYS: u32 = (\d+)", digital).group(1))
        # On their way for two weeks at most before the days begin.
        self.assertGreater(days["digital/"], longest)
        self.assertEqual(days["relay/"], {"Ref": "RelayDays"})


if __name__ == "__main__":
    unittest.main()
