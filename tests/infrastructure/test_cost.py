"""The arithmetic of infrastructure/cost, worked out here by hand."""

import contextlib
import io
import json
import re
import unittest

import stack
from tools import cost, prices
from tools.cloud import Stop


def use(**given) -> cost.Use:
    return cost.Use(**{"galleries": 10, "photos": 1_000, "views": 100, "orders": 50, **given})


def line(section: cost.Section, what: str) -> cost.Line:
    (found,) = [found for found in section.lines if found.what == what]
    return found


class Cost(unittest.TestCase):
    def test_storage(self):
        hosting = cost.hosting(use(proof_kb=470, thumbnail_kb=30))
        # 10,000 photos of half a megabyte are 5 GB.
        self.assertAlmostEqual(line(hosting, "renditions in S3").dollars, 5 * 0.023)
        # 10,000 × 7 kB = 0.07 GB, at 0.25 and 0.20 for recovery.
        self.assertAlmostEqual(line(hosting, "records in DynamoDB").dollars, 0.07 * 0.45)
        # 20,000 objects are 20 lists a night.
        self.assertAlmostEqual(line(hosting, "nightly sweep: lists").quantity, 600)

    def test_publishing(self):
        publishing = cost.publishing(use(months=2))
        # 5,000 photos a month: two uploads each, and 50 batch records.
        self.assertEqual(line(publishing, "uploads to S3").quantity, 10_050)
        self.assertAlmostEqual(line(publishing, "uploads to S3").dollars, 0.05025)
        self.assertEqual(line(publishing, "records written").quantity, 65_000)
        requests = line(publishing, "uploads to S3").quantity + line(publishing, "lists by index-photos").quantity
        self.assertLessEqual(requests / 5_000, 2.2, "the design's aim of S3 requests a published photo")

    def test_looking(self):
        viewing = cost.viewing(use(thumbnails_seen=100, proofs_seen=10, thumbnail_kb=30, proof_kb=488))
        # 1,000 visits × (3 MB + 4.88 MB + 0.12 MB of site) = 8 GB.
        self.assertAlmostEqual(line(viewing, "images: traffic").dollars, 8 * 0.085)
        self.assertEqual(line(viewing, "images: edge").quantity, 110_000)
        # 0.01 for 10,000 requests, 0.10 a million runs, two key reads at 0.03 a million.
        self.assertAlmostEqual(line(viewing, "images: edge").dollars, 110_000 * (0.000_001 + 0.000_000_1 + 0.000_000_06))
        self.assertEqual(line(viewing, "records read").quantity, 1_000 * 120)

    def test_orders(self):
        ordering = cost.ordering(use(orders=100, prints=4, print_mb=10))
        self.assertAlmostEqual(line(ordering, "print files: to the lab").dollars, 4 * 0.09)
        self.assertAlmostEqual(line(ordering, "print files: storage").quantity, 0.4)

        # Received, new, approved, shipped: 400 mails at 10 cents a thousand.
        self.assertAlmostEqual(line(ordering, "mails").dollars, 0.04)

    def test_mails_that_are_due_are_looked_for_as_often_as_the_template_says(self):
        events = stack.source()["Resources"]["SendMail"]["Properties"]["Events"]
        self.assertEqual({e["Properties"]["Schedule"] for e in events.values()}, {"rate(1 minute)", "rate(1 hour)"})
        # 60 × 24 × 30 and 24 × 30.
        self.assertEqual(line(cost.standing(use()), "send-mail: Lambda").quantity, 43_200 + 720)

    def test_polling_costs_an_agent_no_more_than_six_cents(self):
        found = cost.report(use())
        self.assertAlmostEqual(found["per_agent_polling"], 129_600 * 0.4 / 1e6, places=4)
        self.assertLessEqual(found["per_agent_polling"], 0.06)
        more = line(cost.standing(use(agents=11)), "polls of agents and labs").dollars
        one = line(cost.standing(use(agents=1)), "polls of agents and labs").dollars
        self.assertAlmostEqual(more - one, 10 * found["per_agent_polling"], places=3)

    def test_the_total_is_the_sum_and_originals_come_on_top(self):
        asked = use()
        found = cost.report(asked)
        self.assertAlmostEqual(found["total"], sum(l.dollars for s in cost.estimate(asked) for l in s.lines), places=2)
        originals = cost.originals(asked)
        # 10,000 × 12 MB = 120 GB.
        self.assertAlmostEqual(line(originals, "originals in S3").dollars, 120 * 0.023)
        self.assertAlmostEqual(found["with_originals_in_the_cloud"] - found["total"], originals.dollars, delta=0.011)
        self.assertGreater(found["originals_per_1000_photos"], 10 * found["per_1000_photos_hosted"])

    def test_more_of_anything_never_costs_less(self):
        base = cost.report(use())["total"]
        for name in ("galleries", "photos", "views", "orders", "agents", "labs", "prints", "proofs_seen"):
            more = use(**{name: getattr(use(), name) * 3})
            self.assertGreater(cost.report(more)["total"], base, name)

    def test_nothing_costs_what_stands_by_alone(self):
        idle = use(galleries=0, orders=0, agents=0, labs=0)
        found = cost.report(idle)
        self.assertEqual({n for n, dollars in found["sections"].items() if dollars}, {"Standing by"})
        self.assertLess(found["total"], 2.5)

    def test_alarms_are_counted_as_the_template_has_them(self):
        self.assertEqual(cost.ALARMS, len(stack.of_type("AWS::CloudWatch::Alarm")))
        polled = stack.source()["Resources"]["DispatchOrders"]["Properties"]["Events"]["Resend"]["Properties"]["Schedule"]
        self.assertEqual(polled, "rate(5 minutes)")

    def test_the_printed_sum_has_date_and_arithmetic(self):
        out = io.StringIO()
        asked = ["--galleries", "10", "--photos", "1000", "--views", "100", "--orders", "50"]
        with contextlib.redirect_stdout(out):
            self.assertEqual(cost.main(asked), 0)
        text = out.getvalue()
        for words in (prices.PRICES_OF, "10,000 photos × 480 kB", "TOTAL with originals", "Per agent for polling"):
            self.assertIn(words, text)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            cost.main([*asked, "--json"])
        self.assertEqual(json.loads(out.getvalue())["total"], cost.report(use())["total"])

    def test_the_documented_table_is_what_the_tool_says(self):
        text = (stack.ROOT / "docs" / "aws-operations.md").read_text()
        commands = [c.split()[1:] for c in re.findall(r"^infrastructure/cost --galleries .*$", text, re.M)]
        self.assertEqual(len(commands), 2)
        table = {cells[0].strip(" *"): [c.strip(" *") for c in cells[1:]] for cells in (r.strip("|").split("|") for r in re.findall(r"^\|.*\|$", text, re.M))}
        for column, command in enumerate(commands):
            found = cost.report(cost.parse(command)[0])
            rows = {"photos online": "Photos online", "publishing": "Publishing", "looking": "Looking", "orders": "Orders", "standing by": "Standing by"}
            for row, section in rows.items():
                self.assertEqual(table[row][column], f"{found['sections'][section]:.2f}", row)
            self.assertEqual(table["all"][column], f"{found['total']:.2f}")
            self.assertEqual(table["with the originals in the cloud"][column], f"{found['with_originals_in_the_cloud']:.2f}")
            self.assertTrue(table["1,000 photos hosted"][column].startswith(f"{found['per_1000_photos_hosted']:.4f} ({found['originals_per_1000_photos']:.4f} more"))
            self.assertEqual(table["an agent that polls all month"][column], f"{found['per_agent_polling']:.4f}")

    def test_prices_that_nobody_checked_are_said(self):
        for name, source in prices.CHECKED.items():
            self.assertIsInstance(getattr(prices, name), float, name)
            self.assertRegex(source, r"\w+\.\w+.*(20\d\d|undated)")
        self.assertIn("EDGE_KEY_READ", prices.unchecked())
        self.assertNotIn("S3_GB_MONTH", prices.unchecked())
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            cost.main(["--galleries", "1", "--photos", "1", "--views", "1", "--orders", "1"])
        self.assertIn(f"but for {', '.join(prices.unchecked())}.", out.getvalue())

    def test_queues_that_lambda_reads_cost_though_nothing_is_in_them(self):
        polled = [m for m in stack.of_type("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" not in m]
        self.assertEqual(len(polled), cost.POLLED_QUEUES)
        idle = line(cost.standing(use(galleries=0, orders=0, agents=0, labs=0)), "polls by Lambda")
        self.assertAlmostEqual(idle.dollars, 2 * 5 * 129_600 * 0.4 / 1e6)

    def test_a_negative_number_is_refused(self):
        with self.assertRaisesRegex(Stop, "negative"):
            cost.parse(["--galleries", "-1", "--photos", "1", "--views", "1", "--orders", "1"])


if __name__ == "__main__":
    unittest.main()
