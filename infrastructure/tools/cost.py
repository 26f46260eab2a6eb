"""What a host costs on AWS a month, line by line, and what it would cost with the originals stored there too."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, field

from . import prices as p
from .cloud import Stop

MONTH_DAYS = 30


@dataclass(frozen=True)
class Use:
    """What goes on in a month. The sizes are measured means; each can be given on the command line."""

    galleries: int  # online at the same time
    photos: int  # in each of them
    views: int  # visits of each gallery a month
    orders: int  # of all galleries together a month
    agents: int = 1  # computers that run all day
    labs: int = 1
    months: float = 3  # how long a gallery stays online; so many are published anew each month
    prints: int = 5  # files of an order
    thumbnails_seen: int = 120  # in one visit
    proofs_seen: int = 15  # in one visit
    thumbnail_kb: float = 30
    proof_kb: float = 450
    print_mb: float = 8
    original_mb: float = 12

    @property
    def hosted(self) -> int:
        return self.galleries * self.photos

    @property
    def published(self) -> float:
        return self.hosted / self.months

    @property
    def visits(self) -> int:
        return self.galleries * self.views


@dataclass(frozen=True)
class Line:
    what: str
    quantity: float
    unit: str
    price: float
    how: str = ""

    @property
    def dollars(self) -> float:
        return self.quantity * self.price


@dataclass(frozen=True)
class Section:
    name: str
    lines: list[Line] = field(default_factory=list)

    @property
    def dollars(self) -> float:
        return sum(line.dollars for line in self.lines)


# A photo's records: its item with the micro preview and its copy in the index, one membership, facets. Written in
# one transaction, which counts twice; the index's copy counts once.
PHOTO_ITEM_KB = 3
PHOTO_RECORDS_KB = 2 * PHOTO_ITEM_KB + 1
PHOTO_WRITES = 2 * (PHOTO_ITEM_KB + 1 + 1) + PHOTO_ITEM_KB
BATCH = 100  # photos of a batch record
GRANTS = 25  # photos of one request for grants
# Opening a gallery and scrolling to its end: 4 calls as the site pages; 0.12 read units a photo is the design's aim.
VIEW_CALLS = 4
VIEW_READS_PER_PHOTO = 0.12
SITE_KB, SITE_REQUESTS = 120, 8  # a first visit; later ones come from the browser
ORDER_CALLS, ORDER_WRITES, ORDER_READS = 25, 80, 150  # from quote to shipped: customer, agent, lab
RELAY_DAYS = 3  # until the lab has printed
POLL_SECONDS = 20
SESSION_CALLS = 24 * 2 * MONTH_DAYS  # an hour's session and queue credentials
TIMER_RUNS = 12 * 24 * MONTH_DAYS
MAIL_RUNS = (60 + 1) * 24 * MONTH_DAYS  # send-mail: what is due every minute, its round every hour
MAILS_AN_ORDER = 4  # received, approved and shipped to the customer, new to the studio
CALL_SECONDS, CALL_GB = 0.02, 0.5
LOG_KB = 0.4  # a call
# Lambda reads a queue with five long polls at a time, also when nothing is there.
QUEUE_POLLERS, POLLED_QUEUES = 5, 2
ALARMS = 11  # template.yaml, section 8, in us-east-1


def calls(what: str, count: float, how: str, seconds: float = CALL_SECONDS) -> list[Line]:
    """One request through CloudFront and API Gateway to a function, with its log line."""
    return [
        Line(f"{what}: edge", count, "requests", p.EDGE_REQUEST + p.EDGE_FUNCTION + p.EDGE_KEY_READ, how),
        Line(f"{what}: API", count, "requests", p.API_REQUEST),
        *invocations(what, count, seconds),
    ]


def invocations(what: str, count: float, seconds: float = CALL_SECONDS, how: str = "") -> list[Line]:
    return [
        Line(f"{what}: Lambda", count, "calls", p.LAMBDA_REQUEST + seconds * CALL_GB * p.LAMBDA_GB_SECOND, how),
        Line(f"{what}: log", count * LOG_KB / 1e6, "GB", p.LOGS_GB),
    ]


def hosting(use: Use) -> Section:
    gb = use.hosted * (use.proof_kb + use.thumbnail_kb) / 1e6
    records = use.hosted * PHOTO_RECORDS_KB / 1e6
    # Half a unit for 4 kB, of which a listing counts the sum.
    nightly = use.hosted * 2 * PHOTO_ITEM_KB / 4 * 0.5
    return Section("Photos online", [
        Line("renditions in S3", gb, "GB", p.S3_GB_MONTH, f"{use.hosted:,} photos × {use.proof_kb + use.thumbnail_kb:g} kB"),
        Line("records in DynamoDB", records, "GB", p.DYNAMO_GB_MONTH + p.DYNAMO_PITR_GB_MONTH, f"{use.hosted:,} × {PHOTO_RECORDS_KB} kB, with point-in-time recovery"),
        Line("nightly sweep: lists", MONTH_DAYS * use.hosted * 2 / 1_000, "requests", p.S3_PUT, "every object, 1,000 at a time"),
        Line("nightly sweep: reads", MONTH_DAYS * nightly, "units", p.DYNAMO_READ, "every photo's record, twice"),
    ])


def publishing(use: Use) -> Section:
    batches = use.published / BATCH
    how = f"{use.published:,.0f} photos a month"
    return Section("Publishing", [
        Line("uploads to S3", use.published * 2 + batches, "requests", p.S3_PUT, f"{how} × 2 renditions, and a record for {BATCH}"),
        Line("lists by index-photos", batches * max(1, use.photos * 2 / 1_000), "requests", p.S3_PUT),
        Line("records written", use.published * PHOTO_WRITES, "units", p.DYNAMO_WRITE, f"{PHOTO_WRITES} a photo"),
        Line("events", batches * 3, "requests", p.SQS_REQUEST),
        *calls("grants and outcomes", use.published / GRANTS + batches * 3, f"{GRANTS} photos at a time, 3 a batch"),
        *invocations("index-photos", batches, 2.0),
    ])


def viewing(use: Use) -> Section:
    images = use.visits * (use.thumbnails_seen + use.proofs_seen)
    per_visit = use.thumbnails_seen * use.thumbnail_kb + use.proofs_seen * use.proof_kb
    seen = f"{use.visits:,} visits × ({use.thumbnails_seen} thumbnails + {use.proofs_seen} proofs)"
    return Section("Looking", [
        Line("images: traffic", use.visits * (per_visit + SITE_KB) / 1e6, "GB", p.EDGE_GB, f"{use.visits:,} × {(per_visit + SITE_KB) / 1e3:.1f} MB"),
        # Each image asks the key store twice: for the cookie's key and for the token's.
        Line("images: edge", images, "requests", p.EDGE_REQUEST + p.EDGE_FUNCTION + 2 * p.EDGE_KEY_READ, seen),
        Line("images: S3", images, "requests", p.S3_GET, "as if the edge kept nothing"),
        Line("site: edge", use.visits * SITE_REQUESTS, "requests", p.EDGE_REQUEST + p.EDGE_FUNCTION),
        Line("records read", use.visits * use.photos * VIEW_READS_PER_PHOTO, "units", p.DYNAMO_READ, f"{VIEW_READS_PER_PHOTO} a photo, scrolled to the end"),
        *calls("API", use.visits * VIEW_CALLS, f"{VIEW_CALLS} a visit"),
    ])


def ordering(use: Use) -> Section:
    files = use.orders * use.prints
    gb = files * use.print_mb / 1e3
    return Section("Orders", [
        *calls("API", use.orders * ORDER_CALLS, f"{ORDER_CALLS} an order, from quote to shipped", 0.05),
        Line("records written", use.orders * ORDER_WRITES, "units", p.DYNAMO_WRITE),
        Line("records read", use.orders * ORDER_READS, "units", p.DYNAMO_READ),
        Line("print files: store and fetch", files, "files", p.S3_PUT + p.S3_GET, f"{use.orders:,} × {use.prints}"),
        Line("print files: storage", gb * RELAY_DAYS / MONTH_DAYS, "GB", p.S3_GB_MONTH, f"{RELAY_DAYS} days each"),
        Line("print files: to the lab", gb, "GB", p.OUT_GB, f"{files:,} × {use.print_mb:g} MB, straight from S3"),
        *invocations("dispatch and relay", use.orders * 4, 0.2),
        Line("mails", use.orders * MAILS_AN_ORDER, "mails", p.MAIL, f"{MAILS_AN_ORDER} an order, where the host sends any"),
    ])


def standing(use: Use) -> Section:
    devices = use.agents + use.labs
    polls = MONTH_DAYS * 24 * 3_600 / POLL_SECONDS
    return Section("Standing by", [
        Line("polls of agents and labs", devices * polls, "requests", p.SQS_REQUEST, f"{devices} × one in {POLL_SECONDS} s, all month"),
        Line("polls by Lambda", POLLED_QUEUES * QUEUE_POLLERS * polls, "requests", p.SQS_REQUEST, f"{POLLED_QUEUES} queues of events × {QUEUE_POLLERS}, whatever happens"),
        *calls("sessions", devices * SESSION_CALLS, f"{devices} × 2 an hour"),
        *invocations("timer", TIMER_RUNS, 0.1, "every 5 minutes"),
        Line("timer: reads", TIMER_RUNS * 4, "units", p.DYNAMO_READ),
        *invocations("send-mail", MAIL_RUNS, 0.05, "every minute and every hour"),
        Line("send-mail: reads", MAIL_RUNS, "units", p.DYNAMO_READ, "what is due"),
        Line("alarms", ALARMS, "alarms", p.ALARM_MONTH),
        Line("custom metric", 1, "metric", p.METRIC_MONTH, "orders unclaimed for an hour"),
        Line("dashboard", max(0, 1 - p.FREE_DASHBOARDS), "dashboards", p.DASHBOARD_MONTH, f"{p.FREE_DASHBOARDS} are free"),
    ])


def originals(use: Use) -> Section:
    """The same photos with their originals in S3, as a host would have it that prints from the cloud."""
    gb = use.hosted * use.original_mb / 1e3
    return Section("Originals in the cloud", [
        Line("originals in S3", gb, "GB", p.S3_GB_MONTH, f"{use.hosted:,} × {use.original_mb:g} MB, while their gallery is online"),
        Line("uploads", use.published, "requests", p.S3_PUT),
        Line("rendering from them", use.published + use.orders * use.prints, "requests", p.S3_GET),
        # 24 megapixels in a function of 2 GB take about three seconds.
        Line("rendering: Lambda", (use.published + use.orders * use.prints) * 3 * 2, "GB-seconds", p.LAMBDA_GB_SECOND, "3 s at 2 GB each"),
    ])


def estimate(use: Use) -> list[Section]:
    return [hosting(use), publishing(use), viewing(use), ordering(use), standing(use)]


def report(use: Use) -> dict:
    sections = estimate(use)
    total = sum(s.dollars for s in sections)
    extra = originals(use).dollars
    thousands = use.hosted / 1_000
    polling = MONTH_DAYS * 24 * 3_600 / POLL_SECONDS * p.SQS_REQUEST
    return {
        "prices_of": p.PRICES_OF,
        "prices_not_checked": p.unchecked(),
        "use": asdict(use),
        "sections": {s.name: round(s.dollars, 4) for s in sections},
        "total": round(total, 2),
        "per_1000_photos_hosted": round(sections[0].dollars / thousands, 4) if thousands else 0,
        "per_agent_polling": round(polling, 4),
        "with_originals_in_the_cloud": round(total + extra, 2),
        "originals_per_1000_photos": round(extra / thousands, 4) if thousands else 0,
    }


EPILOG = """\
examples:
  infrastructure/cost --galleries 20 --photos 500 --views 60 --orders 40
  infrastructure/cost --galleries 200 --photos 1000 --views 300 --orders 2000 --agents 25 --labs 3 --json

The free tier is not counted: with it a studio of the first example pays for little more than the alarms.
"""


def parse(argv: list[str]) -> tuple[Use, bool]:
    parser = argparse.ArgumentParser(
        prog="infrastructure/cost", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--galleries", type=int, required=True, help="online at the same time")
    add("--photos", type=int, required=True, help="in each gallery")
    add("--views", type=int, required=True, help="visits of each gallery a month")
    add("--orders", type=int, required=True, help="orders a month, of all galleries together")
    add("--agents", type=int, default=Use.agents, help="photographers' computers that run all day (%(default)s)")
    add("--labs", type=int, default=Use.labs, help="labs (%(default)s)")
    add("--months", type=float, default=Use.months, help="how long a gallery stays online (%(default)s)")
    add("--prints", type=int, default=Use.prints, help="files of an order (%(default)s)")
    add("--thumbnails-seen", type=int, default=Use.thumbnails_seen, help="in one visit (%(default)s)")
    add("--proofs-seen", type=int, default=Use.proofs_seen, help="in one visit (%(default)s)")
    add("--thumbnail-kb", type=float, default=Use.thumbnail_kb, help="(%(default)s)")
    add("--proof-kb", type=float, default=Use.proof_kb, help="(%(default)s)")
    add("--print-mb", type=float, default=Use.print_mb, help="(%(default)s)")
    add("--original-mb", type=float, default=Use.original_mb, help="(%(default)s)")
    add("--json", action="store_true", help="one JSON document, without the lines")
    args = vars(parser.parse_args(argv))
    as_json = args.pop("json")
    use = Use(**args)
    if min(args.values()) < 0 or use.months <= 0:
        raise Stop("No number may be negative, and --months must be more than 0.")
    return use, as_json


def main(argv: list[str]) -> int:
    use, as_json = parse(argv)
    if as_json:
        print(json.dumps(report(use)))
        return 0
    sections = estimate(use)
    found = report(use)
    print(f"Prices: {p.PRICES_OF}. Dollars a month, without the free tier.\n")
    for section in [*sections, originals(use)]:
        if section.name == "Originals in the cloud":
            print(f"{'TOTAL':73}{found['total']:>10.2f}\n\nWere the originals in the cloud too:")
        print(f"{section.name:73}{section.dollars:>10.2f}")
        for line in section.lines:
            if line.quantity:
                amount = f"{line.quantity:.3g}" if line.quantity < 100 else f"{line.quantity:,.0f}"
                print(f"  {line.what:30}{amount:>14} {line.unit:10} × {line.price:<13.10f} = {line.dollars:>9.4f}  {line.how}".rstrip())
    print(f"{'TOTAL with originals':73}{found['with_originals_in_the_cloud']:>10.2f}\n")
    print(f"Per 1,000 photos hosted: {found['per_1000_photos_hosted']:.4f} here, and {found['originals_per_1000_photos']:.4f} more with originals.")
    print(f"Per agent for polling:   {found['per_agent_polling']:.4f}")
    print(f"\nOn {p.CHECKED_ON} these prices were found again elsewhere, but for {', '.join(p.unchecked())}.\nSources: infrastructure/tools/prices.py")
    return 0
