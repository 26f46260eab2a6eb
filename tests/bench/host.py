"""Times the embedded host beside nginx and a minimal axum and rusqlite program. See docs/host.md.

One gallery of 60 drawn photos, published by a real agent and opened by 32 customers, each with her own cookie
and image addresses, so that nothing can be answered twice. wrk asks with 1, 16 and 64 connections. CPU is that
of the server's own process out of /proc/PID/stat, so what else runs on the machine does not count; rates and
p99 do depend on it. Prints a table; everything goes to target/bench/host.json.

Usage: host.py [--seconds N] [--connections 1,16,64] [--only NAME]      BENCH_NO_BUILD=1 takes what is built
"""
import argparse
import json
import os
import platform
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "target" / "bench" / "host"
TICKS = os.sysconf("SC_CLK_TCK")
VISITORS = 32
PHOTOS = 60
os.environ["DARKSLIDE_DEMO_DIR"] = str(WORK)
os.environ.setdefault("DARKSLIDE_PROFILE", "release")
sys.path.insert(0, str(ROOT / "tests" / "demo"))

import loop  # noqa: E402
import network  # noqa: E402

AIMS = {"gallery page": 0.45, "thumbnail": 0.1}
# As browsers ask.
GZIP = "gzip, deflate, br, zstd"


def prepare() -> None:
    missing = [tool for tool in ("wrk", "nginx") if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        print("+ apt-get install " + " ".join(missing), flush=True)
        # RUNLEVEL: the package's own nginx must not start.
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"})
    if os.environ.get("BENCH_NO_BUILD"):
        return
    packages = ["-p", "darkslide-host", "-p", "darkslide", "-p", "darkslide-shoot"]
    subprocess.run(["cargo", "build", "--release", "--locked", *packages], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--release", "--locked", "--manifest-path", HERE / "minimal" / "Cargo.toml",
                    "--target-dir", minimal_target()], cwd=ROOT, check=True)


def minimal_target() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "bench-minimal"


class Gallery(loop.Loop):
    """A host with one published gallery; no lab, nothing is ordered here."""

    def start(self) -> None:
        for folder in (self.host_dir, self.agent_dir):
            shutil.rmtree(folder, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        if len(list(self.shoot.rglob("*.jpg"))) < PHOTOS:
            shutil.rmtree(self.shoot, ignore_errors=True)
            self.run(self.command("darkslide-shoot", self.shoot, "--count", PHOTOS, "--width", 1500, "--height", 1000))
        self.start_host()
        token = self.host("studio", "add", loop.STUDIO)["token"]
        self.agent("init", "--watermark", loop.STUDIO)
        self.agent("login", self.site, "--token", token, "--name", "Studio computer")
        self.agent("scan", self.shoot)
        self.agent("gallery", "create", loop.GALLERY, "--from", self.shoot)
        self.agent("gallery", "publish", loop.GALLERY)
        self.code = self.agent("gallery", "share", loop.GALLERY, "--no-qr")["code"]

    def visit(self) -> dict:
        """A new customer: her cookie and the addresses of her gallery's first page and thumbnails."""
        body = json.dumps({"code": self.code}).encode()
        request = urllib.request.Request(self.site + "/api/gallery/open", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            cookie = answer.headers["set-cookie"].split(";")[0]
            gallery = json.load(answer)["galleries"][0]["gallery"]
        path = f"/api/gallery/{gallery}/photos?limit={PHOTOS}"
        request = urllib.request.Request(self.site + path, headers={"cookie": cookie})
        photos = loop.whole(json.load(urllib.request.urlopen(request)))
        if len(photos) != PHOTOS:
            raise loop.Failure(f"The gallery shows {len(photos)} photos instead of {PHOTOS}.")
        return {"cookie": cookie, "page": path, "thumbnails": [p["thumbnail"]["url"] for p in photos]}


def lua(name: str, asked: list[tuple[str, dict]]) -> Path:
    """A wrk script that asks for these in turn."""
    def request(path: str, headers: dict) -> str:
        table = ", ".join(f'["{k}"] = "{v}"' for k, v in headers.items())
        return f'  wrk.format("GET", "{path}", {{ {table} }}),\n'

    script = WORK / f"{name}.lua"
    script.write_text(
        "local asked\nlocal turn = 0\nfunction init()\n  asked = {\n"
        + "".join("  " + request(*one) for one in asked)
        + "  }\nend\nfunction request()\n  turn = turn % #asked + 1\n  return asked[turn]\nend\n")
    return script


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def family(pid: int) -> list[int]:
    """A process and its children (nginx's workers)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def wrk(site: str, script: Path, connections: int, seconds: int, pid: int) -> dict:
    command = ["wrk", "--latency", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s",
               "--timeout", "10s", "-s", str(script), site]
    subprocess.run([*command[:6], "-d", "1s", *command[8:]], check=True, capture_output=True)
    before = cpu_seconds(family(pid))
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent = cpu_seconds(family(pid)) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise loop.Failure(f"{' '.join(command)} met errors:\n{said}")
    requests, size, unit = re.search(r"(\d+) requests in [\d.]+m?s, ([\d.]+)(\w+) read", said).groups()
    size = float(size) * {"KB": 1024, "MB": 1024**2, "GB": 1024**3}[unit]
    return {
        "connections": connections,
        "cpu_ms": round(spent * 1000 / int(requests), 4),
        "requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
        "p99_ms": round(milliseconds(re.search(r"99%\s+(\S+)", said).group(1)), 2),
        "requests": int(requests),
        "bytes": round(size / int(requests)),
    }


def wait_for_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise loop.Failure(f"Nobody listens on port {port}.")


def nginx(thirty_kb: Path) -> tuple[subprocess.Popen, str]:
    port = network.free_port(0)
    folder = WORK / "nginx"
    (folder / "www").mkdir(parents=True, exist_ok=True)
    shutil.copy(thirty_kb, folder / "www" / "picture.jpg")
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes {os.cpu_count()}; pid {folder}/pid; error_log {folder}/error.log;
{'user root;' if os.geteuid() == 0 else ''}
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 100000000; default_type image/jpeg;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
""")
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder])
    wait_for_port(port)
    return process, f"http://127.0.0.1:{port}"


def minimal() -> tuple[subprocess.Popen, str]:
    port = network.free_port(0)
    database = WORK / "minimal.db"
    process = subprocess.Popen([minimal_target() / "release" / "minimal", f"127.0.0.1:{port}", database])
    wait_for_port(port)
    return process, f"http://127.0.0.1:{port}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--connections", default="1,16,64")
    parser.add_argument("--only", help="part of the name of what is measured")
    options = parser.parse_args()
    prepare()
    gallery = Gallery(photos=None, lan=None)
    processes: list[subprocess.Popen] = []
    try:
        gallery.start()
        visits = [gallery.visit() for _ in range(VISITORS)]
        picture = WORK / "30kB.jpg"
        picture.write_bytes(os.urandom(30_000))
        static, static_site = nginx(picture)
        processes.append(static)
        least, least_site = minimal()
        processes.append(least)
        host = gallery.daemons["host"].pid
        thumbnails = [(url, {"Cookie": v["cookie"]}) for v in visits for url in v["thumbnails"]]
        with_cookie = [(v["page"], {"Cookie": v["cookie"]}) for v in visits]
        zipped = [(v["page"], {"Cookie": v["cookie"], "Accept-Encoding": GZIP}) for v in visits]
        plan = [
            ("gallery page", "darkslide-host, 60 photos, gzip as browsers ask", gallery.site, zipped, host),
            ("gallery page", "darkslide-host, 60 photos, not compressed", gallery.site, with_cookie, host),
            ("gallery page", "minimal axum + rusqlite, 100 rows", least_site, [("/rows", {})], least.pid),
            ("thumbnail", "darkslide-host, 400 px thumbnails", gallery.site, thumbnails, host),
            ("thumbnail", "nginx, a static file of 30 kB", static_site, [("/picture.jpg", {})], static.pid),
        ]
        results = []
        print(f"{'':48}{'conn':>6}{'CPU ms':>9}{'req/s':>9}{'p99 ms':>9}{'bytes':>9}", flush=True)
        for number, (what, who, site, asked, pid) in enumerate(plan):
            if options.only and options.only not in who:
                continue
            script = lua(f"asked-{number}", asked)
            for connections in map(int, options.connections.split(",")):
                found = wrk(site, script, connections, options.seconds, pid)
                results.append({"what": what, "who": who, **found})
                print(f"{who:48}{connections:>6}{found['cpu_ms']:>9.3f}{found['requests_per_second']:>9.0f}"
                      f"{found['p99_ms']:>9.2f}{found['bytes']:>9}", flush=True)
        for what, aim in AIMS.items():
            ours = [r["cpu_ms"] for r in results if r["what"] == what and "darkslide" in r["who"]]
            if ours:
                print(f"{what}: {min(ours):.3f} to {max(ours):.3f} ms of CPU, aim {aim} ms")
        summary = {
            "date": time.strftime("%Y-%m-%d"),
            "machine": platform.platform(),
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
            "seconds": options.seconds,
            "versions": {"sqlite of python": sqlite3.sqlite_version, "profile": loop.BINARIES.name},
            "aims_cpu_ms": AIMS,
            "results": results,
        }
        out = ROOT / "target" / "bench" / "host.json"
        out.write_text(json.dumps(summary, indent=2) + "\n")
        print(f"load {os.getloadavg()[0]:.1f}; written to {out.relative_to(ROOT)}")
        return 0
    except loop.Failure as failure:
        print(f"bench-host: {failure}", file=sys.stderr)
        gallery.show_logs()
        return 1
    finally:
        for process in processes:
            process.terminate()
        gallery.stop()


if __name__ == "__main__":
    sys.exit(main())
