"""Each function may do exactly what is written here, and nothing else. Who gives more must say it twice."""

import re
import unittest

import stack

WRITE = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"}
TAKE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
DOORBELLS = ("sqs:darkslide-${Stage}-agent-*", "sqs:darkslide-${Stage}-lab-*")
TABLE = "${Records.Arn}"
IMAGES, LOOKS, PRINTS = "${Renditions.Arn}/img/*", "${Renditions.Arn}/look/*", "${Relay.Arn}/relay/*"
SOLD = "${Relay.Arn}/digital/*"
BATCHES, ERASED = "${BatchRecords.Arn}/batches/*", "${BatchRecords.Arn}/erased/*"


def allow(actions, *resources, keys=()):
    return {("Allow", action, resource, keys) for action in stack.several(actions) for resource in resources}


def listing(*buckets):
    return allow("s3:ListBucket", *(f"${{{bucket}.Arn}}" for bucket in buckets))


OTHERS = (
    "STUDIO#*", "MACHINE#*", "LAB#*", "TOKEN#*", "CODE#*", "P#*", "M#*", "F#*", "COUNTS#*", "BATCH#*", "ORDER#*", "CLAIMS#*",
    "REPORTS#*", "SECRET#*", "KEY#*", "OUTBOX", "MAIL#*", "PRICES#*",
)
KEEP = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]

FORGET = allow("cloudfront:CreateInvalidation", "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}")

EVERY = (
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], "${Log.Arn}")
    | allow("ssm:GetParameters", "ssm:parameter/darkslide/${Stage}/*")
    | allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], TABLE, f"{TABLE}/index/*")
)

EXPECTED = {
    "StudioApi": allow(list(WRITE), TABLE)
    | allow("s3:PutObject", IMAGES, LOOKS)
    | allow("s3:GetObject", LOOKS)
    | allow(["s3:PutObject", "s3:GetObject"], BATCHES)
    | allow(["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"], PRINTS, SOLD)
    | listing("BatchRecords", "Relay", "Renditions")
    | allow(["sqs:CreateQueue", "sqs:GetQueueUrl", "sqs:SetQueueAttributes"], *DOORBELLS)
    | FORGET
    | allow("sts:AssumeRole", "${SessionRole.Arn}"),
    "GalleryApi": allow(KEEP, TABLE)
    | {("Deny", action, TABLE, OTHERS) for action in KEEP}
    | allow("s3:GetObject", LOOKS)
    | listing("Renditions"),
    "OrderApi": allow(
        ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"], TABLE,
        keys=("ORDER#*", "STUDIO#*#ORDERS", "STUDIO#*#PREPAID", "PRICES#*#USES", "MACHINE#*#JOBS", "SECRET#*", "KEY#*", "OUTBOX", "GUESSES#*", "MAIL#*"),
    )
    | allow("s3:GetObject", SOLD),
    "IndexPhotos": allow(list(WRITE), TABLE, keys=("P#*", "M#*", "F#*", "BATCH#*", "COUNTS#*", "GALLERY#*"))
    | allow("s3:GetObject", BATCHES, IMAGES)
    | allow("s3:DeleteObject", IMAGES)
    | FORGET
    | listing("BatchRecords", "Renditions")
    | allow(list(TAKE), "${BatchQueue.Arn}"),
    "DispatchOrders": allow("dynamodb:DeleteItem", TABLE, keys=("OUTBOX",))
    | allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE, keys=("MAIL#*",))
    | allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], "${Records.StreamArn}")
    | allow(["sqs:GetQueueUrl", "sqs:SendMessage"], *DOORBELLS)
    | allow("sqs:SendMessage", "${StreamFailures.Arn}"),
    "RelayLabFiles": allow(
        ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"], TABLE,
        keys=("ORDER#*", "MACHINE#*#JOBS", "LAB#*#DELIVERIES", "OUTBOX"),
    )
    | allow(["s3:GetObject", "s3:DeleteObject"], PRINTS)
    | listing("Relay")
    | allow(list(TAKE), "${PartQueue.Arn}"),
    "SendMail": allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE, keys=("MAIL#*",))
    | allow("ses:SendEmail", "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:*"),
    "ExpireGalleries": allow(list(WRITE), TABLE)
    | allow("s3:PutObject", ERASED)
    | allow("s3:DeleteObject", IMAGES, LOOKS, PRINTS, SOLD, BATCHES)
    | FORGET
    | listing("Renditions", "Relay", "BatchRecords"),
}


def granted(function: str) -> set[tuple]:
    roles = stack.of_type("AWS::IAM::Role")
    role = f"{function}Role"
    found = set()
    for policy in roles[role]["Policies"]:
        found |= stack.statements(policy["PolicyDocument"])
    for name in roles[role]["ManagedPolicyArns"]:
        found |= stack.statements(stack.of_type("AWS::IAM::ManagedPolicy")[name["Ref"]]["PolicyDocument"])
    for policy in stack.of_type("AWS::IAM::Policy").values():
        if {"Ref": role} in policy["Roles"]:
            found |= stack.statements(policy["PolicyDocument"])
    return found


class Permissions(unittest.TestCase):
    maxDiff = None

    def test_every_function_has_exactly_these(self):
        functions = stack.of_type("AWS::Lambda::Function")
        self.assertEqual(set(functions), set(EXPECTED))
        for function, expected in EXPECTED.items():
            with self.subTest(function):
                self.assertEqual(functions[function]["Role"], {"Fn::GetAtt": [f"{function}Role", "Arn"]})
                self.assertEqual(sorted(granted(function)), sorted(expected | EVERY))

    def test_no_role_is_without_a_function_and_each_is_assumed_by_its_user_alone(self):
        roles = stack.of_type("AWS::IAM::Role")
        self.assertEqual(set(roles), {f"{name}Role" for name in EXPECTED} | {"SessionRole"})
        for name, role in roles.items():
            trust = {"AWS": {"Fn::GetAtt": ["StudioApiRole", "Arn"]}} if name == "SessionRole" else {"Service": "lambda.amazonaws.com"}
            self.assertEqual([s["Principal"] for s in role["AssumeRolePolicyDocument"]["Statement"]], [trust], name)

    def test_a_session_of_an_agent_or_lab_can_at_most_poll_doorbells_for_an_hour(self):
        role = stack.of_type("AWS::IAM::Role")["SessionRole"]
        self.assertEqual(role["MaxSessionDuration"], 3600)
        self.assertNotIn("ManagedPolicyArns", role)
        found = set().union(*(stack.statements(p["PolicyDocument"]) for p in role["Policies"]))
        self.assertEqual(found, allow(list(TAKE), *DOORBELLS))

    def test_nothing_is_allowed_on_everything(self):
        for function in EXPECTED:
            for effect, action, resource, _ in granted(function):
                self.assertNotIn("*", action, function)
                self.assertNotEqual(resource, "*", function)
                self.assertFalse(resource.startswith("arn:aws:"), resource)

    def test_partitions_are_those_of_the_adapters(self):
        keys = (stack.ROOT / "crates" / "aws" / "src" / "keys.rs").read_text()
        table = re.findall(r"^//! \| `([^`]+)`", keys, re.M)
        self.assertGreater(len(table), 20)
        # `MACHINE#m#JOBS` and `MACHINE#*#JOBS` are one; ids hold no `#`.
        known = {re.sub(r"#(s|m|l|g|b|v|o|hash|key|subject|source hash)(?=#|$)", "#*", key) for key in table}
        for function in EXPECTED:
            for _, action, _, patterns in granted(function):
                for pattern in patterns:
                    first = pattern.split("*")[0]
                    self.assertTrue(
                        any(key == pattern or key.startswith(first) for key in known), f"{function}: {pattern} is no partition"
                    )

    def test_what_the_adapters_write_is_what_the_stream_is_filtered_to(self):
        keys = (stack.ROOT / "crates" / "aws" / "src" / "keys.rs").read_text()
        outbox = re.search(r'const OUTBOX: &str = "([^"]+)"', keys).group(1)
        (mapping,) = [m for m in stack.of_type("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" in m]
        (pattern,) = [f["Pattern"] for f in mapping["FilterCriteria"]["Filters"]]
        import json

        self.assertEqual(json.loads(pattern), {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [outbox]}}}})


if __name__ == "__main__":
    unittest.main()
