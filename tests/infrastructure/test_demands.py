"""What a host on AWS must have, demand by demand: records that can be restored, schedules, a guard in front, alarms."""

import json
import re
import unittest

import stack


def only(kind: str) -> dict:
    (found,) = stack.of_type(kind).values()
    return found


class Demands(unittest.TestCase):
    maxDiff = None

    # --- records and objects ------------------------------------------------------------------------------------

    def test_the_table_can_be_restored_streams_what_is_new_and_forgets_by_itself(self):
        records = only("AWS::DynamoDB::Table")
        self.assertTrue(records["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(records["SSESpecification"]["SSEEnabled"])
        # dispatch-orders reads the row out of the record: keys alone would not do.
        self.assertEqual(records["StreamSpecification"], {"StreamViewType": "NEW_IMAGE"})
        keys = (stack.ROOT / "crates/aws/src/keys.rs").read_text()
        self.assertIn(records["TimeToLiveSpecification"]["AttributeName"], keys)
        named = {a["AttributeName"] for a in records["AttributeDefinitions"]}
        for index in records["GlobalSecondaryIndexes"]:
            self.assertLessEqual({k["AttributeName"] for k in index["KeySchema"]}, named)
            self.assertIn(f'"{index["IndexName"]}"', (stack.ROOT / "crates/aws/src/table/mod.rs").read_text() + keys)

    def test_only_what_nobody_may_have_erased_keeps_versions(self):
        buckets = stack.of_type("AWS::S3::Bucket")
        versioned = {n for n, b in buckets.items() if b.get("VersioningConfiguration", {}).get("Status") == "Enabled"}
        self.assertEqual(versioned, {"Site"})
        rules = {n: {r["Id"]: r for r in b["LifecycleConfiguration"]["Rules"]} for n, b in buckets.items()}
        self.assertEqual(rules["Relay"]["delivered"]["ExpirationInDays"], {"Ref": "RelayDays"})
        self.assertIn("NoncurrentVersionExpiration", rules["Site"]["older-sites"])
        for name, of_bucket in rules.items():
            self.assertEqual({r["Status"] for r in of_bucket.values()}, {"Enabled"}, name)
            self.assertLessEqual(of_bucket["abandoned-uploads"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"], 2, name)

    # --- what starts by itself ----------------------------------------------------------------------------------

    def test_the_clock_wakes_three_functions_with_words_they_know(self):
        tasks = set()
        for rule in stack.of_type("AWS::Events::Rule").values():
            (target,) = rule["Targets"]
            tasks.add((stack.plain(target["Arn"]), rule["ScheduleExpression"], json.loads(target["Input"])["task"]))
            self.assertNotEqual(rule.get("State"), "DISABLED")
        self.assertEqual(
            tasks,
            {
                ("${DispatchOrders.Arn}", "rate(5 minutes)", "resend"),
                ("${ExpireGalleries.Arn}", "cron(17 3 * * ? *)", "sweep"),
                ("${SendMail.Arn}", "rate(1 minute)", "send"),
                ("${SendMail.Arn}", "rate(1 hour)", "round"),
            },
        )
        self.assertIn("Resend,", (stack.ROOT / "crates/lambda-edge/src/outbox.rs").read_text())
        self.assertRegex((stack.ROOT / "functions/expire-galleries/src/main.rs").read_text(), r"\bSweep\b|sweep")
        self.assertIn('"round"', (stack.ROOT / "functions/send-mail/src/main.rs").read_text())

    # --- in front -----------------------------------------------------------------------------------------------

    def test_cloudfront_alone_signs_for_the_buckets(self):
        access = only("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
        self.assertEqual((access["OriginAccessControlOriginType"], access["SigningBehavior"], access["SigningProtocol"]), ("s3", "always", "sigv4"))
        distribution = only("AWS::CloudFront::Distribution")["DistributionConfig"]
        for origin in distribution["Origins"]:
            if "S3OriginConfig" in origin:
                self.assertEqual(origin["S3OriginConfig"], {"OriginAccessIdentity": ""}, "the older way is not used beside it")

    def test_pictures_and_pages_are_only_read_and_the_api_takes_every_method(self):
        config = only("AWS::CloudFront::Distribution")["DistributionConfig"]
        methods = {b.get("PathPattern", "*"): set(b["AllowedMethods"]) for b in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]}
        self.assertEqual(methods["*"], {"GET", "HEAD"})
        self.assertEqual(methods["/img/*"], {"GET", "HEAD"})
        self.assertLessEqual({"GET", "POST", "PUT", "DELETE"}, methods["/api/*"])
        (api,) = [b for b in config["CacheBehaviors"] if b["PathPattern"] == "/api/*"]
        # AllViewerExceptHostHeader: cookies and query reach the functions, the API's own name is its host.
        self.assertEqual(api["OriginRequestPolicyId"], "b689b0a8-53d0-40ab-baf2-68738e2966ac")

    def test_the_edge_function_reads_its_keys_from_the_store_and_holds_none(self):
        function, store = only("AWS::CloudFront::Function"), only("AWS::CloudFront::KeyValueStore")
        self.assertNotIn("ImportSource", store, "keys are written by deploy, never by a template")
        associated = function["FunctionConfig"]["KeyValueStoreAssociations"]
        self.assertEqual([stack.plain(a["KeyValueStoreARN"]) for a in associated], ["${EdgeKeys.Arn}"])
        self.assertTrue(function["AutoPublish"])
        code = function["FunctionCode"]
        for read in ("cookie-key-", '"origin"'):
            self.assertIn(read, code)
        for header in ("x-darkslide-origin", "x-darkslide-viewer-address"):
            self.assertIn(header, code)
            rust = "".join((stack.ROOT / p).read_text() for p in ("crates/lambda-edge/src/http.rs", "crates/http-edge/src/caller.rs"))
            self.assertIn(header, rust, "both ends call it the same")

    def test_no_secret_is_in_the_template(self):
        self.assertEqual({p["Type"] for p in stack.of_type("AWS::SSM::Parameter").values()}, {"String"})
        for function in stack.of_type("AWS::Lambda::Function").values():
            for name in function["Environment"]["Variables"]:
                self.assertNotRegex(name, "SECRET$|_KEY$|PASSWORD|TOKEN")

    def test_certificate_and_wall_are_there_when_given_and_only_then(self):
        config = only("AWS::CloudFront::Distribution")["DistributionConfig"]
        nothing = {"Ref": "AWS::NoValue"}
        self.assertEqual(config["WebACLId"], {"Fn::If": ["HasWebAcl", {"Ref": "WebAclArn"}, nothing]})
        self.assertEqual(config["Aliases"], {"Fn::If": ["HasDomain", [{"Ref": "SiteDomain"}], nothing]})
        condition, own, default = config["ViewerCertificate"]["Fn::If"]
        self.assertEqual((condition, own["AcmCertificateArn"], default), ("HasDomain", {"Ref": "CertificateArn"}, {"CloudFrontDefaultCertificate": True}))
        self.assertEqual((own["SslSupportMethod"], own["MinimumProtocolVersion"]), ("sni-only", "TLSv1.2_2021"))
        for name in ("CertificateArn", "WebAclArn"):
            parameter = stack.source()["Parameters"][name]
            self.assertEqual(parameter["Default"], "")
            self.assertIn("us-east-1", parameter["AllowedPattern"])

    def test_the_api_slows_down_before_the_bill_runs_away(self):
        (stage,) = stack.of_type("AWS::ApiGatewayV2::Stage").values()
        self.assertEqual(stage["DefaultRouteSettings"], {"ThrottlingRateLimit": {"Ref": "ApiRate"}, "ThrottlingBurstLimit": {"Ref": "ApiBurst"}})
        (body,) = [a["Body"] for a in stack.of_type("AWS::ApiGatewayV2::Api").values()]
        self.assertEqual(set(body["paths"]), {f"/api/{part}/{{proxy+}}" for part in ("studio", "lab", "gallery", "order")})

    # --- watching -----------------------------------------------------------------------------------------------

    def test_what_must_be_heard_of_has_an_alarm(self):
        alarms = stack.of_type("AWS::CloudWatch::Alarm")
        watched = {n: (stack.plain(a["Namespace"]), a["MetricName"], a["ComparisonOperator"], a["Threshold"]) for n, a in alarms.items()}
        more, dead = "GreaterThanThreshold", ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "GreaterThanThreshold", 0)
        self.assertEqual(
            watched,
            {
                "BatchDeadLettersAlarm": dead, "PartDeadLettersAlarm": dead, "AgentDeadLettersAlarm": dead, "LabDeadLettersAlarm": dead,
                "StreamFailuresAlarm": dead,
                "ApiErrorsAlarm": ("AWS/ApiGateway", "5xx", more, 5),
                "EdgeErrorsAlarm": ("AWS/CloudFront", "5xxErrorRate", more, 5),
                "SweepAlarm": ("AWS/Lambda", "Errors", more, 0),
                "DispatchAlarm": ("AWS/Lambda", "Errors", more, 2),
                "UnclaimedOrdersAlarm": ("Darkslide/${Stage}", "UnclaimedForAnHour", more, 0),
                "TimerAlarm": ("AWS/Lambda", "Invocations", "LessThanThreshold", 1),
            },
        )
        # A timer that is dead counts nothing; so its silence is an alarm, and the others' is none.
        silent = {n for n, a in alarms.items() if a["TreatMissingData"] != "notBreaching"}
        self.assertEqual(silent, {"TimerAlarm"})
        metric = only("AWS::Logs::MetricFilter")
        (made,) = metric["MetricTransformations"]
        self.assertEqual((stack.plain(made["MetricNamespace"]), made["MetricName"]), watched["UnclaimedOrdersAlarm"][:2])
        self.assertEqual(metric["LogGroupName"], {"Ref": "Log"})

    def test_an_alarm_waits_long_enough_to_see_its_metric_and_no_longer_than_it_must(self):
        for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
            seconds = alarm["Period"] * alarm["EvaluationPeriods"]
            self.assertGreaterEqual(alarm["Period"], 300, name)
            self.assertLessEqual(seconds, 3_600, name)
        timer = stack.of_type("AWS::CloudWatch::Alarm")["TimerAlarm"]
        self.assertGreaterEqual(timer["Period"], 3 * 300, "three missed runs, not one")

    def test_spending_is_watched_when_asked_for(self):
        resource = stack.transformed()["Resources"]["Spend"]
        self.assertEqual(resource["Condition"], "HasBudget")
        budget = resource["Properties"]
        self.assertEqual(budget["Budget"]["BudgetLimit"], {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"})
        told = {(n["Notification"]["NotificationType"], n["Notification"]["Threshold"]) for n in budget["NotificationsWithSubscribers"]}
        self.assertEqual(told, {("ACTUAL", 80), ("FORECASTED", 100)})

    def test_one_dashboard_shows_what_the_alarms_watch(self):
        body = only("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
        shown = json.dumps(json.loads(re.sub(r"\$\{[^}]+\}", "x", body)))
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
            if alarm["MetricName"] != "Invocations":
                self.assertIn(f'"{alarm["MetricName"]}"', shown)
        for function in stack.of_type("AWS::Lambda::Function"):
            self.assertIn(f"${{{function}}}", body)

    # --- parameters ---------------------------------------------------------------------------------------------

    def test_every_rule_has_a_conflict_that_the_tools_test_tries(self):
        tried = (stack.ROOT / "tests/infrastructure/test_tools.py").read_text()
        for name, rule in stack.source()["Rules"].items():
            for assertion in rule["Assertions"]:
                words = re.findall(r'"([^"]+)"\),\n', tried)
                self.assertTrue(any(w in assertion["AssertDescription"] for w in words), f"{name}: {assertion['AssertDescription']}")


if __name__ == "__main__":
    unittest.main()
