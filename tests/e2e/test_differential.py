"""pgcopyd against a real PostgreSQL: a bounded run over generated cases, and those found before.

PGCOPY_DIFFERENTIAL_SECONDS makes the run longer.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent / "differential"
sys.path.insert(0, str(FOLDER))

import accepted  # noqa: E402
import client  # noqa: E402
import clusters  # noqa: E402
import play  # noqa: E402
import replay  # noqa: E402

SECONDS = os.environ.get("PGCOPY_DIFFERENTIAL_SECONDS", "60")
RECORDS = replay.records()


def oracle():
    """18 if it can be had, else 15, else none."""
    for version in (18, 15):
        try:
            clusters.binaries(version)
            return str(version)
        except clusters.NotHere as reason:
            print(reason)
    pytest.skip("no PostgreSQL here")


def run(*args):
    done = subprocess.run([sys.executable, FOLDER / "run.py", "--oracle", oracle(), *args],
                          capture_output=True, text=True, timeout=1800)
    print(done.stdout[-20000:], done.stderr[-4000:])
    return done


def have_psqlodbc():
    listed = shutil.which("odbcinst") and subprocess.run(
        ["odbcinst", "-q", "-d"], capture_output=True, text=True).stdout
    return listed and "[PostgreSQL Unicode]" in listed


@pytest.mark.parametrize("backend, cases", [("sqlite", "500"), ("libsqlite", "500"),
                                            ("postgres", "200")])
def test_nothing_differs_that_is_not_accepted(backend, cases):
    if backend == "postgres" and not have_psqlodbc():
        pytest.skip("no ODBC driver for PostgreSQL")
    done = run("--backend", backend, "--seed", "18", "--cases", cases, "--seconds", SECONDS)
    assert done.returncode == 0, done.stdout


def test_a_planted_difference_is_found_and_made_small(tmp_path):
    done = run("--plant", "--seed", "18", "--cases", "60", "--write", tmp_path)
    assert done.returncode == 1
    assert re.search(r"--- case \d+: E\.C : 22P04 / 22P02", done.stdout)
    small = min(len(path.read_text()) for path in tmp_path.glob("e-c-22p04-22p02*.json"))
    assert small < 1500


def test_a_crash_is_a_difference_and_the_cases_behind_it_are_played():
    done = run("--plant", "death", "--seed", "18", "--cases", "5")
    assert done.returncode == 1
    assert "--- case 0: pgcopyd died\n" in done.stdout
    assert re.search(r"^5 cases in .*: 1 differences of 1 kinds.*pgcopyd died in 1 of them", done.stdout, re.M)


@pytest.fixture(scope="module")
def again():
    """pgcopyd before each database, started when it is asked for."""
    servers, clusters_behind = {}, []

    def get(backend):
        if backend not in servers:
            behind = None
            if backend == "postgres":
                clusters_behind.append(behind := make_cluster())
            servers[backend] = clusters.Pgcopyd(backend, behind)
            play.make_tables(servers[backend], "case", backend)
        return servers[backend]

    yield get
    said = [line for server in servers.values() for line in server.stop()]
    for cluster in clusters_behind:
        cluster.stop()
    assert not said


def make_cluster():
    if not have_psqlodbc():
        pytest.skip("no ODBC driver for PostgreSQL")
    cluster = clusters.Postgres(int(oracle()))
    for sql in ("CREATE ROLE client LOGIN", "CREATE DATABASE behind OWNER client"):
        client.converse(cluster, "postgres", [["Q", sql]], "postgres")
    return cluster


def plays():
    """Where it differed once, and over psqlodbc: there a case may differ that SQLite never showed."""
    for record in RECORDS:
        for backend in dict.fromkeys((record["backend"], "postgres")):
            yield pytest.param(record, backend, id=f"{record['name']}-{backend}")


@pytest.mark.parametrize("record, backend", plays())
def test_what_differed_once(again, record, backend):
    assert not replay.differences(again(backend), record, backend)


def test_the_page_on_compatibility_lists_what_is_accepted():
    """The table in it comes from `python3 tests/e2e/differential/accepted.py`."""
    page = (clusters.ROOT / "docs/compatibility.md").read_text()
    assert "\n".join(accepted.as_markdown()) in page


def test_each_row_that_accepts_can_be_read():
    rows = accepted.TABLE + accepted.SINCE_15
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.reason and (row.kind or row.case or row.pair)
        for pattern in (row.kind, row.case, row.pair):
            re.compile(pattern)
