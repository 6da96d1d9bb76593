#!/usr/bin/python3
"""psql to pgcopyd before real databases by ODBC, beside each database's own program: a table.

usage: tests/bench/databases.py [--rows N] [--only NAME,...] [--build FOLDER]

  --rows    of patients (200000)
  --only    some of sqlite, postgres, mariadb
  --build   has pgcopyd and bench_odbc (build/bench: cmake --preset bench, target bench_odbc)

Tables are made anew before each COPY FROM, as a user would: PostgreSQL's are logged.
All runs on the last processor, the files are in memory where there is room, each figure is the
best of three: the others on the machine only ever take time.  CPU is in us a row; "times" is what
the database's own program and its server take, beside what psql, pgcopyd and the server do.  "alone"
is bench_odbc, the backend without a server, and what it takes beside a bare loop over the driver.
"""
import argparse
import os
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from suite.tools import ROOT, NotMeasured, Suite, output  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
NAMES = ("sqlite", "postgres", "mariadb")


def stat(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15])) / TICK


def cpu(pid):
    """Seconds of a process and of all that it started, also of those that are over."""
    found = 0
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name == str(pid) or entry.name.isdigit() and stat(entry.name)[0] == pid:
                found += stat(entry.name)[1]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def used(pid):
    time.sleep(0.2)  # a session that is over is counted when its process is gone
    return cpu(pid) if pid else 0


def measure(once, pids, fresh=lambda: None, times=3):
    """The least wall time, and of that run the CPU time of this shell's child and of each pid."""
    runs = []
    for _ in range(times):
        fresh()
        before, children = [used(pid) for pid in pids], os.times()
        began = time.monotonic()
        once()
        wall = time.monotonic() - began
        after = os.times()
        child = after.children_user + after.children_system - children.children_user \
            - children.children_system
        runs.append((wall, child, [used(pid) - was for pid, was in zip(pids, before)]))
    return min(runs)


class Database:
    """One, with its own program and before pgcopyd; server is None where there is none."""

    driver, server = None, None

    def __init__(self, suite):
        self.suite, self.rows = suite, suite.rows["patients"]
        self.path = suite.file("patients")
        self.folder = suite.work / type(self).__name__
        self.folder.mkdir()
        self.behind = suite.database(self.kind)
        self.behind.fresh(self.folder, "bench")

    def table(self):
        return "DROP TABLE IF EXISTS patients;" + self.suite.create("patients")


class Sqlite(Database):
    kind, own = "sqlite", "sqlite3: .import, -csv"

    def make(self):
        output("sqlite3", self.folder / "own.db", self.table())

    def load(self):
        output("sqlite3", self.folder / "own.db", f'.import --csv --skip 1 "{self.path}" patients')

    def unload(self):
        output("sqlite3", "-csv", self.folder / "own.db", ".once /dev/null",
               "SELECT * FROM patients")


class Postgres(Database):
    kind, own = "postgres", "psql: \\copy"

    def __init__(self, suite):
        super().__init__(suite)
        pidfile = pathlib.Path(self.behind.server.folder, "data/postmaster.pid")
        self.server = int(pidfile.read_text().split()[0])

    def make(self):
        self.behind.server.psql("-q", "-c", "SET client_min_messages = error;" + self.table())

    def load(self):
        self.behind.server.psql("-q", "-c", rf"\copy patients from '{self.path}' csv header")

    def unload(self):
        self.behind.server.psql("-q", "-c", r"\copy patients to '/dev/null' csv header")


class Mariadb(Database):
    kind, own = "mariadb", "mariadb: LOAD DATA LOCAL INFILE, -B"

    def __init__(self, suite):
        super().__init__(suite)
        self.server = self.behind.server.process.pid

    def client(self, query):
        return output("mariadb", "--no-defaults", "--host=127.0.0.1", "--user=root", "--batch",
                      f"--port={self.behind.server.port}", "--local-infile=1", "--quick",
                      self.behind.name, f"--execute={query}")

    def make(self):
        self.client(self.table())

    def load(self):
        self.client(f"LOAD DATA LOCAL INFILE '{self.path}' INTO TABLE patients "
                    "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' IGNORE 1 LINES")

    def unload(self):
        self.client("SELECT * FROM patients")


def rate(database, found):
    return f"{database.rows / found[0]:,.0f}"


def us(database, seconds):
    return f"{seconds / database.rows * 1e6:.2f}"


def both(database):
    """Rows of the table: in and out, by the own program and through pgcopyd."""
    own = measure(database.load, [database.server], database.make), \
        measure(database.unload, [database.server])
    with database.suite.pgcopyd(database.behind.url) as gateway:
        pids = [gateway.pid, database.server]
        def copy(command):
            return lambda: gateway.ask(rf"\copy patients {command} csv header")

        def make():
            for statement in database.table().split(";", 1):
                gateway.ask(statement)

        through = measure(copy(f"from '{database.path}'"), pids, make), \
            measure(copy("to '/dev/null'"), pids)
    return zip(("in", "out"), own, through)


def alone(database):
    """Of bench_odbc: way -> our CPU time beside that of the bare driver's loop."""
    url = database.behind.url.removeprefix("odbc:")
    printed = output(database.suite.program("bench_odbc"), database.rows, url)
    return {way: (float(re.search(rf"^{way} .* ([\d.]+) us", printed, re.M)[1]),
                  float(re.search(rf"^{way} .* ([\d.]+) times its CPU", printed, re.M)[1]))
            for way in ("in", "out")}


def report(database):
    bare = alone(database)
    for way, own, through in both(database):
        ours, server = through[2]
        theirs, all_of_it = own[1] + own[2][0], through[1] + ours + server
        print(f"| {database.kind} {way} | {rate(database, own)} | {rate(database, through)} "
              f"| {own[0] / through[0]:.2f} | {us(database, theirs)} | {us(database, through[1])} "
              f"| {us(database, ours)} | {us(database, server)} | {theirs / all_of_it:.2f} "
              f"| {bare[way][0]:.2f} | {bare[way][1]:.2f} |", flush=True)


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--rows", type=int, default=200_000)
    args.add_argument("--only", type=lambda text: text.split(","), default=NAMES)
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build/bench")
    args = args.parse_args()
    suite = Suite(args.build, False, 25, max(os.sched_getaffinity(0)))
    suite.rows = {"patients": args.rows}
    try:
        suite.generate()
        suite.begin()
        print("| | own program, rows/s | pgcopyd, rows/s | times | CPU: own program | psql "
              "| pgcopyd | its server | times | alone | over the driver |\n" + "|---" * 11 + "|")
        for name in args.only:
            try:
                report({"sqlite": Sqlite, "postgres": Postgres, "mariadb": Mariadb}[name](suite))
            except NotMeasured as why:
                print(f"{name} was not measured: {why}")
    finally:
        suite.close()


if __name__ == "__main__":
    main()
