#!/usr/bin/python3
"""Gives the same statements and bytes to a real PostgreSQL and to pgcopyd, and reports what
differs, made small.  The cases follow from the seed alone.

usage: tests/e2e/differential/run.py [--seconds N] [--cases N] [--seed S] [--oracle 18|15]
           [--backend sqlite|libsqlite|postgres] [--keep-going] [--write FOLDER] [--plant [death]]
PGCOPYD names the server to test; it is looked for in build* otherwise.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import time

import accepted
import client
import clusters
import compare
import generate
import play
import shrink


DIED = "pgcopyd died"


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
            self.administer("CREATE ROLE client LOGIN", "CREATE DATABASE front OWNER client")
            play.make_tables(self.oracle, "front")
            self.start()
        except BaseException:
            self.stop()
            raise

    def administer(self, *statements):
        for sql in statements:
            client.converse(self.oracle, "postgres", [["Q", sql]], "postgres")

    def start(self):
        """A new pgcopyd before a new database."""
        self.administer("DROP DATABASE IF EXISTS behind WITH (FORCE)",
                        "CREATE DATABASE behind OWNER client")
        self.mine = clusters.Pgcopyd(self.backend, self.oracle)
        play.make_tables(self.mine, "case", self.backend)

    def stop(self):
        said = self.mine.stop() if self.mine else []
        self.oracle.stop()
        return said

    def run(self, case):
        """The second is None if pgcopyd died."""
        theirs = play.play(self.oracle, "front", case)
        if self.planted == "death":
            self.planted = None
            self.mine.process.kill()
        try:
            mine = play.play(self.mine, "case", case)
        except OSError:
            mine = None
        if (not mine or answered(mine) < answered(theirs)) and self.died():
            return theirs, None
        if not mine:
            raise SystemExit("pgcopyd lives, but takes no connection")
        return theirs, plant(mine) if self.planted == "difference" else mine

    def died(self):
        """It may be seen dead a little later than its connections."""
        try:
            self.mine.process.wait(1)
            return True
        except subprocess.TimeoutExpired:
            return False

    def differences(self, case):
        """Those that nobody accepted; and the names of the rows that accepted the others.  Whose
        case kills pgcopyd has no other, and the next one meets a new pgcopyd."""
        theirs, mine = self.run(case)
        new, old = [], []
        if not mine:
            said = self.mine.stop()
            self.start()
            return [(DIED, "\n    ".join(line[:300] for line in said[:30]))], old, theirs
        for kind, detail, pair in compare.differences(theirs, mine):
            name = accepted.accepted(kind, pair, case, self.backend, self.oracle_version)
            if name:
                old.append(name)
            else:
                new.append((kind, detail))
        return new, old, theirs


def answered(played):
    return sum(message[0] == "Z" for message in played["messages"])


class Report:
    def __init__(self, pair, folder, limit):
        self.pair, self.folder, self.limit = pair, folder, limit
        self.cases = 0
        self.kinds, self.accepted, self.small = collections.Counter(), collections.Counter(), {}

    def look(self, case, number):
        self.cases += 1
        found, known, _ = self.pair.differences(case)
        self.accepted.update(set(known))
        if found and found[0][0] != DIED:
            found, _, _ = self.pair.differences(case)  # what does not come again was the weather
        for kind, detail in found[:1]:
            self.kinds[kind] += 1
            if kind not in self.small and (kind == DIED or len(self.small) < self.limit):
                self.small[kind] = self.shrink(case, kind)
                self.show(kind, number, detail)

    def shrink(self, case, kind):
        def shows(smaller):
            return any(k == kind for k, _ in self.pair.differences(smaller)[0])
        return shrink.Shrinker(case, shows).shrink()

    def show(self, kind, number, detail):
        case = self.small[kind]
        found, _, theirs = self.pair.differences(case)
        found = found or [(kind, detail)]
        print(f"\n--- case {number}: {kind}")
        for step in case["steps"][:12]:
            print("   ", json.dumps(step)[:300])
        for _, detail in found[:4]:
            print("   ", detail[:4000 if kind == DIED else 600])
        sys.stdout.flush()
        if self.folder:
            name = re.sub(r"\W+", "-", kind.lower()).strip("-")[:60]
            write(self.folder, name, kind, case, theirs, self.pair)

    def finish(self, seconds, seed):
        print(f"\n{self.cases} cases in {seconds:.0f} s, seed {seed}, oracle "
              f"{self.pair.oracle_version}, backend {self.pair.backend}: "
              f"{sum(self.kinds.values())} differences of {len(self.kinds)} kinds, "
              f"{sum(self.accepted.values())} accepted" +
              (f"; pgcopyd died in {self.kinds[DIED]} of them" if DIED in self.kinds else ""))
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
    parser.add_argument("--plant", nargs="?", choices=("difference", "death"),
                        const="difference", help="a self-test: one that must be found")
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
    finally:
        said = pair.stop()
    report.finish(time.monotonic() - start, args.seed)
    for line in said:
        print("pgcopyd:", line)
    return 1 if report.kinds or said else 0


if __name__ == "__main__":
    sys.exit(main())
