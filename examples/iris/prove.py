#!/usr/bin/env python3
"""Proves pgcopyd before an InterSystems IRIS, or shows what is otherwise than documented.

usage: prove.py CONNECTION-STRING [--facts | --million]

  examples/iris/prove.py 'DSN=iris;UID=copy;PWD=secret'

CONNECTION-STRING is what ODBC wants.  Tables of the names in tests/e2e/backends.py (people, patients,
...) and pgcopy_facts are dropped and made: use a namespace of its own.  --facts asks the driver
alone; --million also loads and exports a million rows.  Prints a table of facts and one of tests,
never a password or a value; exits with 1 if any is otherwise.

Needs a build (PGCOPYD names the server, else build*/ has it), python3-pytest, python3-psycopg.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import facts  # noqa: E402
import odbc  # noqa: E402

TESTS = ["test_copy.py", "test_errors.py", "test_transactions.py", "test_iris.py"]
WORDS = {True: "ok", False: "OTHERWISE", None: "seen"}


def for_the_driver(connection):
    """Without the keys that are pgcopyd's (pgcopy/odbc.h)."""
    return re.sub(r"(?i)(^|;) *(array_rows|dialect|load_balance_hosts|connect_timeout)=[^;]*", r"",
                  connection).lstrip(";")


def print_facts(connection):
    wrong = 0
    print("| fact | seen | |\n|---|---|---|")
    for text, seen, so in facts.ask(for_the_driver(connection)):
        print(f"| {text} | {seen} | {WORDS[so]} |", flush=True)
        wrong += so is False
    return wrong


def run_tests(connection, files, report):
    environment = dict(os.environ, PGCOPY_E2E_BACKEND=f"odbc:{connection}")
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "--no-header", "--no-summary",
               "-p", "no:cacheprovider", f"--junitxml={report}", *(f"tests/e2e/{name}" for name in files)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if not report.exists():
        raise SystemExit("prove.py: the tests did not run\n" + done.stdout[-2000:] + done.stderr[-2000:])


def verdict(case):
    """ok, or why not, in one line."""
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            return kind, (found.get("message") or "").splitlines()[0][:120]
    return "ok", ""


def print_tests(report):
    """A line for each outcome of a test, and how many of its cases had it."""
    seen = collections.Counter()
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        name = case.get("name").split("[")[0].removeprefix("test_").replace("_", " ")
        seen[name, *verdict(case)] += 1
    print("\n| test | cases | | |\n|---|---|---|---|")
    for (name, kind, why), cases in seen.items():
        print(f"| {name} | {cases} | {kind} | {why} |")
    return sum(cases for (_, kind, _), cases in seen.items() if kind in ("failure", "error"))


def main(args):
    options = {arg for arg in args if arg.startswith("--")}
    connections = [arg for arg in args if arg not in options]
    if len(connections) != 1 or options - {"--facts", "--million"}:
        raise SystemExit(__doc__)
    try:
        wrong = print_facts(connections[0])
    except odbc.Error as error:
        raise SystemExit(f"prove.py: cannot connect: {error}") from None
    if "--facts" not in options:
        files = TESTS + ["test_million.py"] * ("--million" in options)
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.xml"
            run_tests(connections[0], files, report)
            wrong += print_tests(report)
    print(f"\n{wrong} otherwise than expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
