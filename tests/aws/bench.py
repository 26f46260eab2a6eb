#!/usr/bin/env python3
"""`make bench-aws`: the figures of docs/aws.md, with the binaries that are shipped (profiles function and dist).

  sizes    each function's binary and its zip as infrastructure/deploy makes it; arm64 too where target/lambda has it
  start    from starting a function's process to its first poll of the Runtime API; memory
  loop     the whole loop on the emulator with 1,000 photos: calls a published photo, a gallery view, an order
  latency  a gallery of 1,000 photos opened and scrolled to its end, by the real gallery-api with the emulator's answers
           given from memory: what the function itself needs. AWS's own answers come on top.

Nothing here fails for being slow; a figure is a figure.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "bench-aws"
os.environ.setdefault("DARKSLIDE_AWS_PHOTOS", "1000")
os.environ |= {"DARKSLIDE_DEMO_DIR": str(FOLDER / "loop"), "CARGO_TARGET_DIR": str(ROOT / "target"), "DARKSLIDE_PROFILE": "bench-aws"}
sys.path.insert(0, str(ROOT / "infrastructure"))

import journey as whole  # noqa: E402
from calls import Calls  # noqa: E402
from emulator import Emulator, Failure  # noqa: E402
from host import FUNCTIONS, PROGRAMS, STAGE, Host  # noqa: E402
from replay import Replay  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
from tools.functions import ARM64, ELF_MACHINE, zipped  # noqa: E402
from tunnel import Tunnel  # noqa: E402

STARTS = int(os.environ.get("DARKSLIDE_BENCH_STARTS", "20"))
ROUNDS = int(os.environ.get("DARKSLIDE_BENCH_ROUNDS", "200"))
DRAWN = 40


def processor(binary: Path) -> str:
    head = binary.open("rb").read(20)
    return "arm64" if head[ELF_MACHINE] == ARM64 else "x86-64"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """As docs/aws.md has it."""
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|---|{'---:|' * (len(head) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


# --- sizes ----------------------------------------------------------------------------------------------------

def sizes(built: Path) -> None:
    rows = []
    for function in FUNCTIONS:
        row = [function]
        for binary in (ROOT / "target" / "lambda" / function / "bootstrap", built / function):
            if binary.exists():
                row.append(f"{binary.stat().st_size / 1e6:.2f} MB, zip {len(zipped(binary)) / 1e6:.2f} MB ({processor(binary)})")
            else:
                row.append("not built")
        rows.append(row)
    table("Sizes", ["function", "target/lambda", f"target/{built.name}"], rows)


# --- start ----------------------------------------------------------------------------------------------------

def told(host: Host, logical: str, endpoint: str, trust: Path) -> dict[str, str]:
    """The function's environment as its configuration says, with this machine's way to the emulator."""
    configured = host.client("lambda").get_function_configuration(FunctionName=host.name(logical))["Environment"]["Variables"]
    kept = {k: v for k, v in host.environment.items() if k.startswith("AWS_")}
    return {**kept, **configured, "AWS_ENDPOINT_URL": endpoint, "SSL_CERT_FILE": str(trust), "RUST_LOG": "warn", "NO_PROXY": "127.0.0.1",
            "DARKSLIDE_S3_PATH_STYLE": "1"}


def trust_as_on_lambda(emulator: Emulator) -> Path:
    """All the authorities a Lambda environment trusts, and the emulator: reading them is part of a start."""
    system = Path("/etc/ssl/certs/ca-certificates.crt")
    both = FOLDER / "trust.pem"
    both.write_bytes((system.read_bytes() if system.exists() else b"") + emulator.cert.read_bytes())
    return both


def starts(host: Host, binaries: Path, replay: Replay, trust: Path) -> None:
    logical = {binary: name for name, binary in host_functions(host).items()}
    rows = []
    with RuntimeApi() as api:
        for function in FUNCTIONS:
            environment = told(host, logical[function], replay.endpoint, trust)
            binary = binaries / function / "bootstrap"
            api.start(binary, environment)  # the secrets are recorded, the file is in memory
            taken, processor_time = [], []
            for _ in range(STARTS):
                taken.append(api.start(binary, environment))
                processor_time.append(api.cpu())
            now, most = api.memory()
            rows.append([function, f"{statistics.median(taken):.1f} ms", f"{min(taken):.1f} ms", f"{max(taken):.1f} ms",
                         f"{statistics.mean(processor_time):.0f} ms", f"{now:.1f} MB"])
    table(f"Start to first poll, {STARTS} starts, one answer of SSM over TLS in between", ["function", "median", "least", "most", "processor time", "resident"], rows)


def host_functions(host: Host) -> dict[str, str]:
    from tools import template

    return template.functions(template.read())


# --- loop -----------------------------------------------------------------------------------------------------

def many(drawn: Path, into: Path) -> Path:
    """As many files as are asked for out of the drawn ones: a comment in each makes it another photo."""
    pictures = sorted(drawn.rglob("*.jpg"))
    if len(list(into.rglob("*.jpg"))) != whole.PHOTOS:
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        for number in range(whole.PHOTOS):
            content = pictures[number % len(pictures)].read_bytes()
            comment = f"{number:06}".encode()
            segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
            (into / f"DSC_{number:05}.jpg").write_bytes(content[:2] + segment + content[2:])
    return into


def row(calls: Calls, what: str, per: int = 1) -> list[str]:
    time.sleep(1)
    print(f"  {what}: {calls}")
    count = calls.count()
    by_service = (sum(n for (service, _), n in count.items() if service == s) for s in ("s3", "dynamodb", "sqs"))
    return [what, *(f"{n} ({n / per:.2f} a photo)" if per > 1 else str(n) for n in by_service)]


def loop(host: Host, emulator: Emulator, shoot: Path) -> whole.AwsLoop:
    rows = []
    run = whole.AwsLoop(host, emulator, Tunnel(emulator.port), shoot)
    try:
        counted, begun = Calls(emulator), time.monotonic()
        run.start()
        print(f"  published after {time.monotonic() - begun:.0f} s")
        rows.append(row(counted, f"enrolling, publishing {whole.PHOTOS:,} photos", whole.PHOTOS))
        counted = Calls(emulator)
        time.sleep(60)
        rows.append(row(counted, "a minute in which nothing happens, an agent and a lab polling"))
        counted = Calls(emulator)
        run.open_gallery()
        rows.append(row(counted, "a gallery opened and scrolled to its end"))
        counted = Calls(emulator)
        placed = run.order(run.photos[0])
        run.reached_studio(placed)
        run.approve(placed)
        # By the lab's own folder: nobody looks at the host meanwhile.
        whole.wait_until("the print", lambda: [p for p in run.prints() if placed["number"] in p.name], 180)
        time.sleep(5)
        run.printed(placed)
        rows.append(row(counted, "an order of one picture, from quote to printed"))
    except BaseException:
        run.show_logs()
        raise
    finally:
        for name in list(run.daemons):
            run.stop_one(name)
    table("Calls", ["what", "S3", "DynamoDB", "SQS"], rows)
    return run


# --- latency --------------------------------------------------------------------------------------------------

class Visitor:
    """Requests as CloudFront and API Gateway hand them on."""

    def __init__(self, api: RuntimeApi, origin: str):
        self.api, self.origin, self.cookies = api, origin, []

    def ask(self, method: str, path: str, query: str = "", body: dict | None = None) -> tuple[dict, int, float]:
        headers = {"host": "x.execute-api.us-east-1.amazonaws.com", "accept-encoding": "gzip, br", "x-darkslide-origin": self.origin,
                   "x-darkslide-viewer-address": "198.51.100.7", "content-type": "application/json"}
        event = {
            "version": "2.0", "routeKey": "ANY /api/gallery/{proxy+}", "rawPath": path, "rawQueryString": query, "cookies": self.cookies,
            "headers": headers, "isBase64Encoded": False, **({"body": json.dumps(body)} if body else {}),
            "queryStringParameters": dict(p.split("=") for p in query.split("&") if p),
            "requestContext": {"accountId": "000000000000", "apiId": "x", "domainName": headers["host"], "requestId": "r", "routeKey": "$default",
                               "stage": "$default", "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1767225600000,
                               "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "-"}},
        }
        answer, taken = self.api.invoke(event)
        content = base64.b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"].encode()
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        if answer["statusCode"] != 200:
            raise Failure(f"{method} {path} answered {answer['statusCode']}: {text[:300]!r}")
        if given := answer.get("cookies"):
            self.cookies = [c.split(";")[0] for c in given]
        return json.loads(text), len(content), taken


def latency(host: Host, binary: Path, replay: Replay, trust: Path, code: str) -> None:
    largest = f"next page of up to {whole.PAGES[-1]}"
    origin = host.client("ssm").get_parameter(Name=f"/darkslide/{STAGE}/origin", WithDecryption=True)["Parameter"]["Value"]
    times: dict[str, list[float]] = {}
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    units: dict[str, float] = {}

    def scroll(visitor: Visitor, note: bool) -> int:
        def one(name: str, *request) -> dict:
            replay.forget_counts()
            answer, size, taken = visitor.ask(*request)
            if note:
                times.setdefault(name, []).append(taken)
                sizes[name] = max(size, sizes.get(name, 0))
                asked[name] = ", ".join(f"{n} {op}" for op, n in sorted(replay.asked.items()))
                units[name] = replay.read
                passed.update(replay.passed)
            return answer

        begun = len(times.get("all", []))
        opened = one("opening by code", "POST", "/api/gallery/open", "", {"code": code})
        gallery, cursor, calls, seen = opened["galleries"][0]["gallery"], None, 1, 0
        while True:
            # The opening was call number 0.
            limit = whole.page_size(calls - 1)
            query = f"limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            page = one(largest if calls >= len(whole.PAGES) else f"page {calls}, of {limit}", "GET", f"/api/gallery/{gallery}/photos", query)
            calls, seen, cursor = calls + 1, seen + len(page["photos"]), page.get("next")
            if not cursor:
                break
        if seen != whole.PHOTOS:
            raise Failure(f"The gallery showed {seen} of {whole.PHOTOS} photos.")
        if note:
            last = {n: max(1, calls - len(whole.PAGES)) if n == largest else 1 for n in times}
            times.setdefault("all", []).append(sum(sum(t[-last[n]:]) for n, t in times.items() if n != "all"))
            assert len(times["all"]) == begun + 1
        return calls

    from collections import Counter
    passed: Counter = Counter()
    with RuntimeApi() as api:
        api.start(binary, told(host, "GalleryApi", replay.endpoint, trust))
        visitor = Visitor(api, origin)
        calls = scroll(visitor, note=False)  # recorded, warm
        scroll(visitor, note=False)
        cpu = api.cpu()
        for _ in range(ROUNDS):
            scroll(visitor, note=True)
        cpu = (api.cpu() - cpu) / ROUNDS
        now, most = api.memory()
    rows = [[name, str(len(taken)), f"{percentile(taken, .5):.1f} ms", f"{percentile(taken, .99):.1f} ms",
             f"{sizes[name] / 1e3:.1f} kB" if name in sizes else "", asked.get(name, ""),
             f"{units[name] if name in units else sum(units.values()):g}"] for name, taken in times.items()]
    table(f"gallery-api warm, a gallery of {whole.PHOTOS:,} photos, answers of AWS from memory", ["request", "n", "p50", "p99", "compressed", "asks", "read units"], rows)
    reads = {op: n for op, n in passed.items() if op in ("GetItem", "Query", "BatchGetItem")}
    print(f"\n  {calls} Lambda calls from opening to the {whole.PHOTOS:,}th photo; {cpu:.1f} ms of processor time for all of them; "
          f"{now:.1f} MB resident afterwards, {most:.1f} MB at most.")
    print(f"  Reads that were not in memory and waited for the emulator: {sum(reads.values())}.")


# --- all of it ------------------------------------------------------------------------------------------------

def collect(built: Path, programs: Path) -> Path:
    for program in PROGRAMS:
        if not (programs / program).exists():
            raise Failure(f"{programs / program} is missing. Run `make bench-aws`, which builds it.")
        shutil.copy2(programs / program, FOLDER / program)
    functions = FOLDER / "functions"
    for function in FUNCTIONS:
        target = functions / function / "bootstrap"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(built / function, target)
    return functions


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests/aws/bench.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--built", type=Path, default=ROOT / "target" / "function", help="where cargo put the functions (target/function)")
    parser.add_argument("--programs", type=Path, default=ROOT / "target" / "dist", help="where it put agent and lab receiver (target/dist)")
    parser.add_argument("--only", choices=("sizes", "start"), help="just these")
    args = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    print(f"{cores} cores, {model}, load {load:.1f} at the beginning")
    sizes(args.built)
    if args.only == "sizes":
        return
    functions = collect(args.built, args.programs)
    os.environ["PATH"] = f"{FOLDER}{os.pathsep}{os.environ['PATH']}"
    with Emulator(FOLDER / "emulator") as emulator, Replay(emulator) as replay:
        host = Host(emulator, functions)
        host.deploy()
        trust = trust_as_on_lambda(emulator)
        starts(host, functions, replay, trust)
        if args.only == "start":
            return
        print("\nDrawing the shoot (once) …", flush=True)
        shoot = many(whole.draw(FOLDER, FOLDER / "drawn", DRAWN), FOLDER / "shoot")
        run = loop(host, emulator, shoot)
        latency(host, functions / "gallery-api" / "bootstrap", replay, trust, run.code.lower())
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    try:
        main()
    except (Failure, subprocess.CalledProcessError) as failure:
        sys.exit(f"bench-aws: {failure}")
