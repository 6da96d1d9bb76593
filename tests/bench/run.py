#!/usr/bin/python3
"""Measures everything, side by side on one core in one run, and writes docs/performance.md.

usage: tests/bench/run.py [--quick] [--budget MINUTES] [--only PART,...] [--render]

  --quick     about 6 minutes: a fifth of the rows, PostgreSQL and SQLite alone end to end
  --budget    after so many minutes nothing new is begun (full: 25, quick: 8)
  --only      some of the parts; the others keep what was found before, by a run of the same kind
  --render    measures nothing: writes the page anew, of build/bench/results.json
  --core N    the processor that everything is pinned to (the last one)

It builds what it needs (preset bench), generates the data sets once, starts its own servers on
loopback, and ends them.  What cannot be installed is named on the page as not measured.  Reasons
for goals that are missed stand in tests/bench/notes.md and come along.
Needs what tests/run.sh installs; libcsv-dev, sqlite3, pgbouncer, gnuplot, npm if they are there.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from suite import codec, endtoend, growth, latency, machine, page  # noqa: E402
from suite.tools import ROOT, NotMeasured, Suite  # noqa: E402

BUILD = ROOT / "build/bench"
PARTS = {  # in the order of what is missed most if the time is over
    "codec": codec.ours,
    "instructions": codec.instructions,
    "PostgreSQL's parse": codec.postgres,
    "Python's csv": codec.python_csv,
    "DuckDB": codec.duckdb,
    "over PostgreSQL": endtoend.over_postgres,
    **{f"over {kind}": lambda suite, kind=kind: endtoend.over_gateway(suite, kind)
       for kind in endtoend.GATEWAYS},
    "sqlite3": endtoend.sqlite3,
    "latency": latency.copies,
    "one row": latency.one_row,
    "active": latency.active,
    "idle": latency.idle,
    "TLS": endtoend.tls,
    "growth of rows": growth.rows,
    "growth over ODBC": growth.over_odbc,
    "growth of connections": growth.connections,
    "growth of widths": growth.widths,
    "growth of sizes": growth.sizes,
    "programs": codec.programs,
    "backends alone": endtoend.by_programs,
}
NOT_QUICK = ("over PostgreSQL by ODBC", "over MariaDB by ODBC", "growth over ODBC")


def build():
    targets = ["pgcopyd", "bench_codec", "bench_types", "bench_stmt", "bench_latency",
               "bench_copyin", "bench_sqlite", "bench_odbc"]
    targets += [path.stem for name in ("bench_wire.c", "bench_session.c", "bench_batch.c")
                if (path := ROOT / "tests/bench" / name).exists()]
    for command in (["cmake", "--preset", "bench"],
                    ["cmake", "--build", "--preset", "bench", "--target", *targets]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr[-1000:])


def run_part(suite, name, part):
    if suite.left() < 0:
        suite.skipped[name] = "the time was over"
        return
    began = time.monotonic()
    try:
        suite.results[name] = part(suite)
        suite.skipped.pop(name, None)
    except NotMeasured as why:
        suite.skipped[name] = str(why)
    except Exception as why:  # noqa: BLE001 one part that fails must not cost the others
        traceback.print_exc()
        suite.skipped[name] = f"failed: {type(why).__name__}"
    print(f"{name}: {time.monotonic() - began:.1f} s {suite.skipped.get(name, '')}", flush=True)


def measure(args, old):
    build()
    suite = Suite(BUILD, old["machine"]["quick"] if old else args.quick, args.budget * 60,
                  args.core)
    if old:
        suite.results.update(old["results"])
        suite.skipped.update(old["skipped"])
    try:
        suite.generate()
        suite.begin()
        for name, part in PARTS.items():
            if args.only and name not in args.only:
                continue
            if suite.quick and name in NOT_QUICK:
                suite.skipped[name] = "a quick run"
                continue
            run_part(suite, name, part)
            save(suite)
    finally:
        suite.close()


def save(suite):
    found = {"machine": machine.describe(suite), "results": suite.results,
             "skipped": suite.skipped}
    (BUILD / "results.json").write_text(json.dumps(found, indent=1))


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--quick", action="store_true")
    args.add_argument("--budget", type=float)
    args.add_argument("--only", type=lambda text: text.split(","))
    args.add_argument("--render", action="store_true")
    args.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    args = args.parse_args()
    args.budget = args.budget or (8 if args.quick else 25)
    unknown = set(args.only or []) - set(PARTS)
    if unknown:
        sys.exit(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    if not args.render and not importlib.util.find_spec("psycopg"):
        sys.exit("python3-psycopg is missing; Debian's is found by Debian's /usr/bin/python3")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and its servers with it
    results = BUILD / "results.json"
    if not args.render:
        measure(args, json.loads(results.read_text()) if args.only else None)
    page.write(json.loads(results.read_text()), ROOT / "docs")


if __name__ == "__main__":
    main()
