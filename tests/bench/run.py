"""Times Darkslide against vipsthumbnail and sharp, and scores their proofs. See docs/imaging.md.

The tools take turns (A B C A B C …), whole processes, pinned to one core and then to two. Ratios are of
neighbouring runs; medians are printed, and everything goes to target/bench/summary.json.

Usage: run.py [--rounds N] [--classes 24,45] [--cores 1,2] [--skip-quality]     PHOTOS=dir for your own files
"""
import argparse
import collections
import glob
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = f"{ROOT}/target/bench"
BUILD = os.environ.get("BENCH_TARGET", f"{ROOT}/target/bench-build")


def run(command, **more):
    print("+ " + " ".join(command[:6]), flush=True)
    subprocess.run(command, check=True, **more)


def prepare():
    """Peers, inputs and our own binaries."""
    if subprocess.run(["sh", "-c", "command -v vipsthumbnail djpeg"], stdout=subprocess.DEVNULL).returncode:
        run(["apt-get", "install", "-y", "-qq", "libvips-tools", "libjpeg-turbo-progs"])
    os.makedirs(f"{WORK}/node", exist_ok=True)
    if not os.path.isdir(f"{WORK}/node/node_modules/sharp"):
        for f in ("package.json", "sharp.mjs"):
            run(["cp", f"{HERE}/{f}", f"{WORK}/node/"])
        run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=f"{WORK}/node")
    if not os.path.isdir(f"{WORK}/venv"):
        run([sys.executable, "-m", "venv", f"{WORK}/venv"])
        run([f"{WORK}/venv/bin/pip", "-q", "install", "numpy", "pillow"])
    if not os.environ.get("PHOTOS"):
        run([f"{WORK}/venv/bin/python", f"{HERE}/inputs.py", f"{WORK}/inputs"])
    if os.environ.get("BENCH_NO_BUILD"):
        return
    env = {**os.environ, "CARGO_TARGET_DIR": BUILD}
    run(["cargo", "build", "--profile", PROFILE, "--locked", "-p", "darkslide-image", "--example", "render", "--example", "floor", "--example", "print"], cwd=ROOT, env=env)
    run(["cargo", "build", "--release", "--manifest-path", f"{HERE}/quality/Cargo.toml"], env=env)


PROFILE = os.environ.get("BENCH_PROFILE", "dist")


def commands(tool, cores, out, files):
    os.makedirs(out, exist_ok=True)
    binary = f"{BUILD}/{PROFILE}/examples"
    if tool == "darkslide":
        return [[f"{binary}/render", "--jobs", str(cores), "--out", out, *files]]
    if tool == "sharp":
        return [["node", f"{WORK}/node/sharp.mjs", str(cores), out, *files]]
    if tool == "floor":
        return [[f"{binary}/floor", *files[i::cores]] for i in range(cores)]
    if tool == "darkslide_print":
        return [[f"{binary}/print", out, *files]]
    if tool == "vips_print":
        return [[f"{HERE}/vips_print.sh", out, *files]]
    return [[f"{HERE}/vips.sh", out, *files[i::cores]] for i in range(cores) if files[i::cores]]


def once(tool, cores, out, files):
    """Wall seconds, processor seconds, peak MB of the largest process."""
    pin = ["taskset", "-c", "1" if cores == 1 else "0,1"]
    start = time.monotonic()
    running = [subprocess.Popen(pin + c, stdout=subprocess.DEVNULL) for c in commands(tool, cores, out, files)]
    cpu = peak = 0
    for p in running:
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = status
        if status:
            sys.exit(f"{tool} failed with {status}")
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
    return time.monotonic() - start, cpu, peak


def quality(files, tools, name):
    scores = collections.defaultdict(list)
    for f in files:
        stem = os.path.splitext(os.path.basename(f))[0]
        proofs = [f"{WORK}/out/{name}_{t}/{stem}_proof.jpg" for t in tools]
        lines = subprocess.run([f"{BUILD}/release/quality", f, *proofs], capture_output=True, text=True, check=True).stdout
        for tool, line in zip(tools, lines.splitlines()):
            try:
                scores[tool].append(float(line.split("\t")[1]))
            except ValueError:
                sys.exit(f"{tool}: {line}")
    return scores


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--classes", default="24,45")
    p.add_argument("--cores", default="1,2")
    p.add_argument("--skip-quality", action="store_true")
    a = p.parse_args()
    prepare()
    tools = ["darkslide", "vips", "sharp"]
    own = os.environ.get("PHOTOS")
    classes = {"photos": sorted(glob.glob(f"{own}/*.[jJ][pP]*[gG]"))} if own else {
        c: sorted(glob.glob(f"{WORK}/inputs/{c}/*.jpg")) for c in a.classes.split(",")}
    summary = {"date": time.strftime("%Y-%m-%d"), "machine": machine(), "rounds": a.rounds, "classes": {}}
    for name, files in classes.items():
        if not files:
            sys.exit(f"no pictures for {name}")
        entry = {"files": len(files), "megabytes": round(sum(map(os.path.getsize, files)) / 1e6, 1)}
        for cores in map(int, a.cores.split(",")):
            seen = collections.defaultdict(list)
            for _ in range(a.rounds):
                for t in tools + ["floor"]:
                    seen[t].append(once(t, cores, f"{WORK}/out/{name}_{t}", files))
            part = {}
            for t in tools + ["floor"]:
                ms = statistics.median(x[0] for x in seen[t]) * 1e3 / len(files)
                cpu = statistics.median(x[1] for x in seen[t]) * 1e3 / len(files)
                part[t] = {"ms_a_file": round(ms, 1), "cpu_ms_a_file": round(cpu, 1), "peak_mb": round(max(x[2] for x in seen[t]))}
            for peer in ("vips", "sharp"):
                part[f"times_{peer}"] = round(statistics.median(y[0] / x[0] for x, y in zip(seen["darkslide"], seen[peer])), 2)
                part[f"cpu_times_{peer}"] = round(statistics.median(y[1] / x[1] for x, y in zip(seen["darkslide"], seen[peer])), 2)
            part["distance_to_floor"] = round(statistics.median(x[1] / y[1] for x, y in zip(seen["darkslide"], seen["floor"])), 2)
            entry[f"cores_{cores}"] = part
            print(f"{name} MP, {cores} core(s): {json.dumps(part)}", flush=True)
        if not a.skip_quality:
            scores = quality(files, tools, name)
            entry["ssimulacra2"] = {t: round(statistics.mean(v), 2) for t, v in scores.items()}
            entry["ssimulacra2_worst_against_vips"] = round(min(x - y for x, y in zip(scores["darkslide"], scores["vips"])), 2)
            entry["ssimulacra2_a_file"] = {t: [round(s, 2) for s in v] for t, v in scores.items()}
            print(f"{name} MP: {json.dumps(entry['ssimulacra2'])}, worst against vips {entry['ssimulacra2_worst_against_vips']}")
        if name != "45":
            seen = collections.defaultdict(list)
            for _ in range(a.rounds):
                for t in ("darkslide_print", "vips_print"):
                    seen[t].append(once(t, 1, f"{WORK}/out/{name}_{t}", files))
            pairs = list(zip(seen["darkslide_print"], seen["vips_print"]))
            entry["print_8x10"] = {
                "times_vips": round(statistics.median(y[0] / x[0] for x, y in pairs), 2),
                "cpu_times_vips": round(statistics.median(y[1] / x[1] for x, y in pairs), 2),
                "cpu_ms_a_file": round(statistics.median(x[1] for x, _ in pairs) * 1e3 / len(files), 1),
                "peak_mb": round(max(x[2] for x, _ in pairs)),
            }
            print(f"{name} MP, print: {json.dumps(entry['print_8x10'])}", flush=True)
        summary["classes"][name] = entry
    with open(f"{WORK}/summary.json", "w") as f:
        json.dump(summary, f, indent=1)
    print(f"written: {WORK}/summary.json")


def machine():
    model = [l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")] or [platform.machine()]
    return f"{model[0]}, {os.cpu_count()} cores"


main()
