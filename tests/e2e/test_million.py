"""A million rows each way, in memory that does not grow with them.

PGCOPY_E2E_ROWS=10000000 is ten times as many, in the same memory.
"""
import os

import pytest

from conftest import create

ROWS = int(os.environ.get("PGCOPY_E2E_ROWS", 1_000_000))
LIMIT_KIB = 16 * 1024
COPY = r"\copy {} to '{}' csv"


def of_lines(path, *, header=False):
    """A sum that is the same for the same lines: in what order a table has them is for the
    database to say."""
    with open(path, "rb") as file:
        if header:
            next(file)
        return sum(map(hash, file))


def test_a_million_rows_both_ways(start, behind, plain, sets, tmp_path):
    server = start(path=plain)
    source, target = sets("patients", ROWS), tmp_path / "out.csv"
    server.psql("-c", create("patients"))
    done = server.psql("-c", rf"\copy patients from '{source}' csv header")
    assert done.stdout == f"COPY {ROWS}\n"
    into = server.peak_kib()
    assert into < LIMIT_KIB
    done = server.psql("-c", COPY.format("patients", target))
    assert done.stdout == f"COPY {ROWS}\n"
    both = server.peak_kib()
    print(f"peak memory: {into} KiB in, {both} KiB in and out")
    assert of_lines(target) == of_lines(source, header=True)
    if "a table in pieces" in behind.lacks:
        pytest.skip("peak memory of COPY TO: " + behind.lacks["a table in pieces"])
    assert both < LIMIT_KIB
    if "a query in pieces" in behind.lacks:
        pytest.skip("peak memory of a query: " + behind.lacks["a query in pieces"])
    server.psql("-c", COPY.format("(SELECT * FROM patients)", target))
    print(f"and of a query: {server.peak_kib()} KiB")
    assert server.peak_kib() < LIMIT_KIB
