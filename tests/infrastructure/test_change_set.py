"""What a deployment would lose, and which parameters it hands on."""

import io
import unittest
from unittest import mock

import stack  # noqa: F401  makes the tools importable
from tools import stack as deployment
from tools.cloud import Stop, confirm


def change(action: str, name: str, replacement: str | None = None) -> dict:
    resource = {"Action": action, "LogicalResourceId": name, "ResourceType": "AWS::X::Y"}
    return {"ResourceChange": resource | ({"Replacement": replacement} if replacement else {})}


class ChangeSet(unittest.TestCase):
    def test_removals_and_replacements_are_losses_and_nothing_else_is(self):
        changes = [
            change("Add", "New"), change("Modify", "Tuned", "False"), change("Modify", "Perhaps", "Conditional"),
            change("Remove", "Gone"), change("Modify", "Renamed", "True"),
        ]
        self.assertEqual(
            deployment.losses(changes),
            ["Gone (AWS::X::Y) is removed", "Renamed (AWS::X::Y) is replaced by a new one"],
        )

    def test_nobody_there_to_ask_is_no_yes(self):
        with mock.patch("sys.stdin", io.StringIO("y\n")), self.assertRaisesRegex(Stop, "--yes"):
            confirm("Go on?", yes=False)
        confirm("Go on?", yes=True)

    def test_a_setting_stays_until_another_replaces_it(self):
        template = {"Parameters": {"Kept": {}, "Given": {}, "Added": {}}}
        held = {"Parameters": [{"ParameterKey": "Kept", "ParameterValue": "1"}, {"ParameterKey": "Dropped", "ParameterValue": "2"}]}
        self.assertEqual(
            deployment.parameters(template, {"Given": "3"}, held),
            [{"ParameterKey": "Kept", "UsePreviousValue": True}, {"ParameterKey": "Given", "ParameterValue": "3"}],
        )
        with self.assertRaisesRegex(Stop, "no parameter Nonsense. It has: Kept, Given, Added"):
            deployment.parameters(template, {"Nonsense": "1"}, None)


if __name__ == "__main__":
    unittest.main()
