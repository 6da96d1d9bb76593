"""A million rows each way, in memory that does not grow with them."""
import pytest

from conftest import create

ROWS = 1_000_000
LIMIT_KIB = 32 * 1024
COPY = r"\copy {} to '{}' csv"


def lines(path):
    """In what order a table has them is for the database to say."""
    return path.read_bytes().splitlines(keepends=True)


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
    assert sorted(lines(target)) == sorted(lines(source)[1:])
    if "a table in pieces" in behind.lacks:
        pytest.skip("peak memory of COPY TO: " + behind.lacks["a table in pieces"])
    assert both < LIMIT_KIB
    if "a query in pieces" in behind.lacks:
        pytest.skip("peak memory of a query: " + behind.lacks["a query in pieces"])
    server.psql("-c", COPY.format("(SELECT * FROM patients)", target))
    assert server.peak_kib() < LIMIT_KIB
