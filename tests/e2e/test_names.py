"""The names of a result's columns: those that PostgreSQL gives to what has none."""
import pathlib
import sys

import pytest

import servers

sys.path.insert(0, str(pathlib.Path(__file__).parent / "differential"))

import clusters  # noqa: E402

NAMES = servers.ROOT / "tests/data/names.txt"


def fixtures():
    lines = NAMES.read_text().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.fixture(params=[15, 18])
def postgres(request):
    try:
        server = clusters.Postgres(request.param)
    except clusters.NotHere as why:
        pytest.skip(str(why))
    yield server
    server.stop()


def test_the_fixtures_say_what_postgresql_does(postgres):
    where = f"host=127.0.0.1 port={postgres.port} user=postgres dbname=postgres"
    with servers.psycopg.connect(where) as conn:
        conn.execute("CREATE TYPE comp AS (f int, g text)")
        conn.execute('CREATE TABLE t (a int, b text, c int[], d date, "D e" int, k comp)')
        for names, statement in fixtures():
            found = conn.cursor().execute(statement).description
            assert ",".join(column.name for column in found) == names, statement


def header(both, statement):
    return both.psql("-q", "--csv", "-c", statement).stdout.split("\n", 1)[0]


def test_psql_shows_them(both):
    both.psql("-q", "-c", "CREATE TABLE t (a int, b text)", "-c", "INSERT INTO t VALUES (1, 'x')")
    assert header(both, "SELECT 1") == "?column?"
    assert header(both, "SELECT count(*), max(a) + 1, A, lower(b) FROM t GROUP BY a, b") == \
        "count,?column?,a,lower"
    assert header(both, "SELECT CASE WHEN a = 1 THEN 2 END, coalesce(a, 1), CAST('1' AS integer), "
                        "b || 'x' AS \"B x\" FROM t") == "case,coalesce,int4,B x"
    assert header(both, "VALUES (1, 2)") == "column1,column2"
    assert header(both, "COPY (SELECT 1 + 1) TO STDOUT (FORMAT csv, HEADER)") == "?column?"


@pytest.mark.behind("libsqlite", "oracle")
def test_returning_has_them_too(both):
    both.psql("-q", "-c", "CREATE TABLE t (a int)")
    assert header(both, "INSERT INTO t VALUES (2) RETURNING a + 1, A") == "?column?,a"
    assert header(both, "COPY (DELETE FROM t RETURNING lower('A')) TO STDOUT CSV HEADER") == "lower"


def test_a_statement_is_described_with_them(both):
    with both.connect() as conn:
        conn.pgconn.prepare(b"s", b'SELECT max(1), 1 + 1, 1 AS "X"')
        described = conn.pgconn.describe_prepared(b"s")
        assert [described.fname(i) for i in range(3)] == [b"max", b"?column?", b"X"]
