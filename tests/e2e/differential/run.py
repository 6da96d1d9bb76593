#!/usr/bin/python3
"""Gives the same statements and bytes to a real PostgreSQL and to pgcopyd, and reports what
differs, made small.  The cases follow from the seed alone.

usage: tests/e2e/differential/run.py [--seconds N] [--cases N] [--seed S] [--oracle 18|15]
           [--backend sqlite|libsqlite|postgres] [--keep-going] [--write FOLDER] [--plant]
PGCOPYD names the server to test; it is looked for in build* otherwise.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import sys
import time

import accepted
import client
import clusters
import compare
import generate
import play
import shrink


def plant(mine):
    """A difference for the self-test: who does not find it finds nothing."""
    for message in mine["messages"]:
        if message[0] == "E" and message[1].get("C") == "22P04":
            message[1]["C"] = "22P02"
    return mine


class Pair:
    """The oracle and the server under test, with the same tables in both."""

    def __init__(self, oracle, backend, planted):
        self.oracle_version, self.backend, self.planted = oracle, backend, planted
        self.oracle = clusters.Postgres(oracle)
        self.mine = None
        try:
            for sql in ("CREATE ROLE client LOGIN", "CREATE DATABASE front OWNER client",
                        "CREATE DATABASE behind OWNER client"):
                client.converse(self.oracle, "postgres", [["Q", sql]], "postgres")
            self.restart()
            play.make_tables(self.oracle, "front")
            play.make_tables(self.mine, "case", backend)
        except BaseException:
            self.stop()
            raise

    def restart(self):
        self.mine = clusters.Pgcopyd(self.backend, self.oracle)

    def stop(self):
        said = self.mine.stop() if self.mine else []
        self.oracle.stop()
        return said

    def run(self, case):
        theirs = play.play(self.oracle, "front", case)
        mine = play.play(self.mine, "case", case)
        return theirs, plant(mine) if self.planted else mine

    def differences(self, case):
        """Those that nobody accepted; and the names of the rows that accepted the others."""
        theirs, mine = self.run(case)
        new, old = [], []
        for kind, detail, pair in compare.differences(theirs, mine):
            name = accepted.accepted(kind, pair, case, self.backend, self.oracle_version)
            if name:
                old.append(name)
            else:
                new.append((kind, detail))
        return new, old, theirs


class Report:
    def __init__(self, pair, folder, limit):
        self.pair, self.folder, self.limit = pair, folder, limit
        self.cases = 0
        self.kinds, self.accepted, self.small = collections.Counter(), collections.Counter(), {}

    def look(self, case, number):
        self.cases += 1
        found, known, _ = self.pair.differences(case)
        self.accepted.update(set(known))
        if found:
            found, _, _ = self.pair.differences(case)  # what does not come again was the weather
        for kind, detail in found[:1]:
            self.kinds[kind] += 1
            if kind not in self.small and len(self.small) < self.limit:
                self.small[kind] = self.shrink(case, kind)
                self.show(kind, number)

    def shrink(self, case, kind):
        def shows(smaller):
            return any(k == kind for k, _ in self.pair.differences(smaller)[0])
        return shrink.Shrinker(case, shows).shrink()

    def show(self, kind, number):
        case = self.small[kind]
        found, _, theirs = self.pair.differences(case)
        print(f"\n--- case {number}: {kind}")
        for step in case["steps"][:12]:
            print("   ", json.dumps(step)[:300])
        for _, detail in found[:4]:
            print("   ", detail[:600])
        sys.stdout.flush()
        if self.folder:
            name = re.sub(r"\W+", "-", kind.lower()).strip("-")[:60]
            write(self.folder, name, kind, case, theirs, self.pair)

    def finish(self, seconds, seed):
        print(f"\n{self.cases} cases in {seconds:.0f} s, seed {seed}, oracle "
              f"{self.pair.oracle_version}, backend {self.pair.backend}: "
              f"{sum(self.kinds.values())} differences of {len(self.kinds)} kinds, "
              f"{sum(self.accepted.values())} accepted")
        for kind, count in self.kinds.most_common():
            print(f"{count:6}  {kind}")
        for name, count in self.accepted.most_common():
            print(f"{count:6}  accepted: {name}")


def write(folder, name, kind, case, theirs, pair):
    record = {"name": name, "difference": kind, "oracle": pair.oracle_version,
              "backend": pair.backend, **case, "expected": theirs}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cases", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--oracle", type=int, choices=(18, 15), default=18)
    parser.add_argument("--backend", choices=accepted.ALL, default="sqlite")
    parser.add_argument("--only", help="the kind of cases: " + ", ".join(
        kind.__name__ for kind, _ in generate.KINDS))
    parser.add_argument("--keep-going", action="store_true", help="shrink more than the first ten")
    parser.add_argument("--plant", action="store_true", help="a self-test: one that must be found")
    parser.add_argument("--write", type=pathlib.Path, help="folder for the small cases")
    return parser.parse_args()


def main():
    args = arguments()
    pair = Pair(args.oracle, args.backend, args.plant)
    report = Report(pair, args.write, 1000 if args.keep_going else 10)
    start, number = time.monotonic(), args.first
    try:
        while time.monotonic() < start + args.seconds and report.cases < args.cases:
            rng = random.Random(f"{args.seed}:{number}")
            case = generate.generate(rng, args.only)
            if generate.can_play(case, args.backend):
                report.look(case, number)
            number += 1
            if not pair.mine.alive():
                print(f"pgcopyd died in case {number - 1}:\n{pair.mine.log()[-3000:]}")
                break
    finally:
        said = pair.stop()
    report.finish(time.monotonic() - start, args.seed)
    for line in said:
        print("pgcopyd:", line)
    return 1 if report.kinds or said else 0


if __name__ == "__main__":
    sys.exit(main())
