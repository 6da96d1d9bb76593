"""What is PostgreSQL's own, and how rows go into it by ODBC: as arrays of the table's row type."""
import itertools
import threading

import psycopg
import pytest

from helpers import copy_in, copy_out, count, refused


pytestmark = pytest.mark.behind("oracle", "postgres")

ODD = ["", "x", ",", "(", ")", "{", "}", '"', '""', "\\\\", "\\\\\\\\", '\\\\"', '"\\\\', "'", " ",
       " x ", "\\t", "\\n", "\\r", "\\r\\n", "\\b", "\\f", "\\v", "NULL", "null", '"(",)"', "{NULL}",
       "(,)", "Zoë", "🩺", "$1", "?", "%s", ":x", "\x01", "x" * 300, '"' * 300, "\\\\" * 300]


def watch(conn, table):
    """Each statement that stores rows of the table is remembered: how often, by its way."""
    conn.execute("CREATE TABLE seen (way text, at int)")
    conn.execute("CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
                 "public.seen VALUES (CASE WHEN current_query() ~ 'unnest' THEN 'type' ELSE "
                 "'values' END, 1); RETURN NULL; END $$")
    conn.execute(f"CREATE TRIGGER watch AFTER INSERT ON {table} EXECUTE FUNCTION see()")


def ways(conn):
    return {way for way, in conn.execute("SELECT DISTINCT way FROM seen")}


def by_odbc(behind):
    return behind.url is not None


def numbers(rows, more=""):
    return "".join(f"{i}{more}\n" for i in range(rows)).encode()


def test_rows_go_in_as_an_array_of_the_tables_type(conn, behind):
    conn.execute("CREATE TABLE t (a int PRIMARY KEY, b text)")
    watch(conn, "t")
    assert copy_in(conn, "COPY t FROM STDIN", numbers(3000, "\tx y")) == 3000
    assert ways(conn) == ({"type"} if by_odbc(behind) else {"values"})
    assert copy_out(conn, "COPY t TO STDOUT") == numbers(3000, "\tx y")


def test_every_value_comes_back_as_it_was(conn):
    """In each place of a row, beside each other one."""
    conn.execute("CREATE TABLE t (id int, a text, b text, c text)")
    data = "".join(f"{2 * i}\t{a}\t{b}\t\\N\n{2 * i + 1}\t{b}\t\\N\t{a}.{b}\n"
                   for i, (a, b) in enumerate(itertools.product(ODD, ODD))).encode()
    assert copy_in(conn, "COPY t FROM STDIN", data) == 2 * len(ODD) ** 2
    assert copy_out(conn, "COPY (SELECT * FROM t ORDER BY id) TO STDOUT") == data


TYPES = [
    ("bytea", ["\\\\x", "\\\\x00ff5c22", "\\N"]), ("bool", ["t", "f", "\\N"]),
    ("text[]", ['{"a,b",NULL,"\\\\"\\\\\\\\"}', "{}", "\\N", '{{(,)},{"",x}}']),
    ("float8", ["NaN", "-Infinity", "1e-300"]), ("numeric(9,2)", ["-1234567.89", "NaN"]),
    ("timestamptz", ["infinity", "0044-03-15 00:00:00+00 BC", "2024-02-29 12:00:00.5+00"]),
    ("jsonb", ['{"a": "(\\\\",)\\\\\\\\"}', "null", "\\N"]), ("char(3)", ["a  ", "   ", '", ']),
    ("int4range", ["[1,5)", "empty", "(,)"]), ("bit(3)", ["101", "000"]),
    ("point", ["(1,2)"]), ("box", ["(3,4),(1,2)"]), ("xid", ["7"]), ("\"char\"", ['"', "\\\\"]),
    ("pair", ['(1,"a ""b"", \\\\\\\\")', "(,)", '(,"")', "\\N"]),
    ("interval", ["1 day 02:03:04.5"]), ("uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"])]


def test_values_of_every_type(conn):
    conn.execute("CREATE TYPE pair AS (a int, b text)")
    for kind, values in TYPES:
        conn.execute(f"CREATE TABLE t (a int, b {kind})")
        data = "".join(f"{i}\t{value}\n" for i, value in enumerate(values * 200)).encode()
        assert copy_in(conn, "COPY t FROM STDIN", data) == 200 * len(values)
        assert sorted(copy_out(conn, "COPY t TO STDOUT").splitlines()) == sorted(data.splitlines())
        conn.execute("DROP TABLE t")


def test_columns_that_are_not_named_have_their_defaults(conn):
    conn.execute("CREATE TABLE t (gone int, a int DEFAULT 7, id int GENERATED ALWAYS AS IDENTITY, "
                 "b text DEFAULT 'b', two int GENERATED ALWAYS AS (a * 2) STORED, c text)")
    conn.execute("ALTER TABLE t DROP COLUMN gone")
    conn.execute("ALTER TABLE t ADD COLUMN late text DEFAULT 'late'")
    assert copy_in(conn, "COPY t (c, a) FROM STDIN", b"x\t1\n" * 2500) == 2500
    assert copy_in(conn, "COPY t (b) FROM STDIN", b"y\n\\N\n" * 100) == 200
    assert copy_in(conn, "COPY t (id, late) FROM STDIN", b"-5\t\\N\n" * 100) == 100
    query = "SELECT DISTINCT a, b, two, c, late, count(*) FROM t GROUP BY 1, 2, 3, 4, 5 ORDER BY 6"
    rows = conn.execute(query.replace("DISTINCT ", "")).fetchall()
    assert sorted(map(str, rows)) == sorted(map(str, [
        (7, None, 14, None, "late", 100), (7, "b", 14, None, None, 100),
        (7, "y", 14, None, "late", 100), (1, "b", 2, "x", "late", 2500)]))
    assert [int(n) for n, in conn.execute("SELECT id FROM t WHERE c = 'x' ORDER BY ctid")] == \
        list(range(1, 2501))


@pytest.mark.parametrize("schema", ["", "public.", '"S ?".', "temp"])
def test_tables_of_any_name(conn, schema):
    """A type of pg_catalog has the same, the function too, a column, another table elsewhere."""
    conn.execute('CREATE SCHEMA "S ?"')
    conn.execute("CREATE SCHEMA other CREATE TABLE t (x int)")
    prefix, kind = ("", "TEMP TABLE") if schema == "temp" else (schema, "TABLE")
    for name in ["date", '"Text"', '"a ""b"", [?] $1"', "unnest", '"(x)"', "t"]:
        table = prefix + name
        conn.execute(f'CREATE {kind} {table} ("A ""q"", ?" int, unnest text, "x)" int)')
        rows = b'1\t"a\t3\n' * 400
        assert copy_in(conn, f"COPY {table} FROM STDIN", rows) == 400
        assert copy_in(conn, f'COPY {table} ("x)", "A ""q"", ?") FROM STDIN WHERE '
                             '"x)" > 1 AND unnest IS NULL', b"1\t3\n2\t4\n" * 300) == 300
        assert copy_out(conn, f"COPY (SELECT * FROM {table} ORDER BY 1) TO STDOUT") == \
            rows + b"4\t\\N\t2\n" * 300


def test_domains(conn, behind):
    """They are checked; one that refuses NULL is no hindrance where its column is left out."""
    conn.execute("CREATE DOMAIN few AS varchar(3) CHECK (VALUE <> 'no')")
    conn.execute("CREATE DOMAIN must AS int NOT NULL")
    conn.execute("CREATE TABLE t (a few, b must DEFAULT 5, c int)")
    watch(conn, "t")
    good = b"yes\t1\t1\n\\N\t2\t2\n" * 1000
    assert copy_in(conn, "COPY t FROM STDIN", good) == 2000
    assert ways(conn) == ({"type"} if by_odbc(behind) else {"values"})
    for bad, state in (b"no\t1\t1\n", "23514"), (b"four\t1\t1\n", "22001"), \
            (b"x\t\\N\t1\n", "23502"):
        for rows in good, b"":
            error = refused(conn, "COPY t FROM STDIN", rows + bad + good)
            assert error.sqlstate == state
            assert error.context.startswith(f"COPY t, line {rows.count(bytes([10])) + 1}")
    conn.execute("TRUNCATE seen")
    assert copy_in(conn, "COPY t (c, a) FROM STDIN", b"9\tyes\n" * 3000) == 3000
    assert ways(conn) == {"values"}
    assert count(conn, "t WHERE b = 5 AND c = 9") == 3000


def test_the_way_and_a_row_may_both_be_at_fault(conn, behind):
    """Then the way is still found out, and not paid for with each row."""
    if not by_odbc(behind):
        pytest.skip("PostgreSQL has no ON_DATABASE_ERROR")
    conn.execute("CREATE DOMAIN must AS int NOT NULL")
    conn.execute("CREATE TABLE t (a int CHECK (a <> 300), b must DEFAULT 5)")
    watch(conn, "t")
    kept = copy_in(conn, "COPY t (a) FROM STDIN (ON_DATABASE_ERROR ignore)", numbers(4000))
    assert kept == count(conn, "t") == 3999
    assert ways(conn) == {"values"}
    assert count(conn, "seen") < 500


def test_a_database_that_does_not_know_the_way(conn, behind):
    """As one that only says PostgreSQL: its error is no row's fault, and VALUES work."""
    conn.execute("CREATE FUNCTION unknown(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN IF $1 IS "
                 "NULL THEN RAISE 'unknown' USING ERRCODE = '42883'; END IF; RETURN true; END $$")
    conn.execute("CREATE DOMAIN known AS int CHECK (unknown(VALUE))")
    conn.execute("CREATE TABLE t (a int, b known DEFAULT 5)")
    watch(conn, "t")
    assert copy_in(conn, "COPY t (a) FROM STDIN", numbers(3000)) == 3000
    assert ways(conn) == {"values"}
    assert refused(conn, "COPY t FROM STDIN", numbers(99, "\t1") + b"1\t\\N\n").sqlstate == "42883"


def test_a_function_of_the_same_name_is_not_called(conn):
    conn.execute("CREATE TABLE t (a int)")
    conn.execute("CREATE FUNCTION unnest(t[]) RETURNS SETOF t LANGUAGE sql AS 'SELECT -1'")
    assert copy_in(conn, "COPY t FROM STDIN", numbers(100)) == 100
    assert count(conn, "t WHERE a < 0") == 0


def test_what_is_not_a_plain_table(conn):
    conn.execute("CREATE TABLE t (b text, a int) PARTITION BY RANGE (a)")
    conn.execute("CREATE TABLE low (a int, b text)")
    conn.execute("ALTER TABLE t ATTACH PARTITION low FOR VALUES FROM (0) TO (1500)")
    conn.execute("CREATE TABLE high PARTITION OF t FOR VALUES FROM (1500) TO (3000)")
    rows = "".join(f"x\t{i}\n" for i in range(3000)).encode()
    assert copy_in(conn, "COPY t FROM STDIN", rows) == 3000
    assert (count(conn, "low"), count(conn, "high")) == (1500, 1500)
    error = refused(conn, "COPY t FROM STDIN", rows + b"x\t3000\n")
    assert (error.sqlstate, error.context[:18]) == ("23514", "COPY t, line 3001:")


@pytest.mark.parametrize("columns", [1, 2, 300, 1600])
def test_tables_of_any_width(conn, behind, columns):
    """Few columns of very many go by VALUES."""
    names = [f"c{i}" for i in range(columns)]
    conn.execute(f"CREATE TABLE t ({', '.join(name + ' smallint' for name in names)})")
    watch(conn, "t")
    rows = b"\t".join([b"1", *[b"\\N", b"22"] * 800][:columns]) + b"\n"
    assert copy_in(conn, "COPY t FROM STDIN", rows * 90) == 90
    assert copy_out(conn, "COPY t TO STDOUT") == rows * 90
    assert ways(conn) == ({"type"} if by_odbc(behind) else {"values"})
    conn.execute("TRUNCATE seen")
    assert copy_in(conn, f"COPY t ({names[-1]}) FROM STDIN", b"5\n\\N\n" * 40) == 80
    assert count(conn, f"t WHERE {names[-1]} = 5") == 40
    assert ways(conn) == ({"type"} if by_odbc(behind) and columns < 50 else {"values"})


def test_rows_of_any_length(conn):
    """Of short values and of some that are longer than what goes in one statement."""
    conn.execute("CREATE TABLE t (a int, b text)")
    data = b"".join(b"%d\t%s\n" % (i, b'"\\\\' * (i % 977 * 400 if i % 40 == 0 else i % 30))
                    for i in range(2000))
    assert copy_in(conn, "COPY t FROM STDIN", data) == 2000
    assert sorted(copy_out(conn, "COPY t TO STDOUT").splitlines()) == sorted(data.splitlines())


@pytest.mark.parametrize("before", [0, 5000])
def test_rows_that_wait_are_cancelled(conn, both, before):
    conn.execute("CREATE TABLE t (a int PRIMARY KEY)")
    with both.connect() as other:
        other.execute("BEGIN")
        other.execute("INSERT INTO t VALUES (5500)")
        with pytest.raises(psycopg.errors.QueryCanceled):
            with conn.cursor().copy("COPY t FROM STDIN") as copy:
                copy.write(numbers(6000)[len(numbers(5500 - before)):])
                threading.Timer(0.7, conn.cancel).start()
        assert count(conn, "t") == 0
        other.execute("ROLLBACK")
    assert copy_in(conn, "COPY t FROM STDIN", numbers(6000)) == 6000


@pytest.mark.parametrize("bad, state, column", [
    (b"1\tfive!\t1\t\\N\n", "22001", None), (b"5\tx\t1\t\\N\n", "23505", None),
    (b"6000\t\\N\t1\t\\N\n", "23502", "b"), (b"6000\tx\t100000\t\\N\n", "22003", "c"),
    (b"6000\tx\t1\t2024-02-30\n", "22008", "d"), (b"6000\tx\tx\t\\N\n", "22P02", "c"),
    (b"6000\tx\t-1\t\\N\n", "23514", None)])
def test_a_bad_row_is_told_as_postgresql_does(conn, bad, state, column):
    """Behind rows that went in by their type, and first of all."""
    conn.execute("CREATE TABLE t (a int PRIMARY KEY, b varchar(4) NOT NULL, "
                 "c numeric(6,1) CHECK (c > 0), d date)")
    good = [numbers(3000, "\tx\t1\t2000-01-01"),
            b"".join(b"%d\ty\t\\N\t\\N\n" % i for i in range(3000, 5000))]
    for before in good[0], good[0][:good[0].index(b"6\tx")]:
        error = refused(conn, "COPY t FROM STDIN", before + bad + good[1])
        assert error.sqlstate == state
        assert error.context.startswith(f"COPY t, line {before.count(bytes([10])) + 1}")
        assert column is None or error.column_name == column or f"column {column}" in error.context
        if state == "23505":
            assert error.message_detail == "Key (a)=(5) already exists."
        assert count(conn, "t") == 0
    assert copy_in(conn, "COPY t FROM STDIN", *good) == 5000


def test_a_nul_is_refused(conn):
    conn.execute("CREATE TABLE t (a int, b text)")
    error = refused(conn, "COPY t FROM STDIN", numbers(2000, "\tx") + b"1\ta\0b\n")
    assert (error.sqlstate, error.context[:19]) == ("22021", "COPY t, line 2001")


def test_a_trigger_that_raises_names_the_row(conn):
    conn.execute("CREATE TABLE t (a int)")
    conn.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                 "IF NEW.a = 1700 THEN RAISE 'no'; END IF; RETURN NEW; END $$")
    conn.execute("CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no()")
    error = refused(conn, "COPY t FROM STDIN", numbers(2500))
    assert error.sqlstate == "P0001"
    assert copy_in(conn, "COPY t FROM STDIN", numbers(1700)) == 1700


def test_a_condition_over_columns_of_their_own_types(conn):
    conn.execute("CREATE TABLE t (id int, name text, d date, more numeric)")
    data = "".join(f"{i}\tit's \\\\ \"{i}\"\t2024-02-{i % 28 + 1:02}\n" for i in range(2500)).encode()
    where = "(name LIKE '%\"%9\"' OR id < 10) AND d >= '2024-02-05' AND more IS NULL"
    kept = [i for i in range(2500) if (i % 10 == 9 or i < 10) and i % 28 + 1 >= 5]
    assert copy_in(conn, f"COPY t (id, name, d) FROM STDIN WHERE {where}", data) == len(kept)
    assert [int(i) for i, in conn.execute("SELECT id FROM t ORDER BY ctid")] == kept


def test_in_a_transaction_and_behind_a_failed_copy(conn):
    """What the way is found out by is undone where it fails, and nothing else."""
    conn.execute("CREATE DOMAIN must AS int NOT NULL")
    conn.execute("CREATE TABLE t (a int PRIMARY KEY, b must DEFAULT 1)")
    with conn.transaction():
        conn.execute("INSERT INTO t VALUES (-1)")
        assert copy_in(conn, "COPY t (a) FROM STDIN", numbers(1500)) == 1500
        conn.execute("SAVEPOINT s")
        assert refused(conn, "COPY t FROM STDIN", b"-2\t1\n" * 1500).sqlstate == "23505"
        conn.execute("ROLLBACK TO s")
        assert copy_in(conn, "COPY t FROM STDIN", b"-2\t1\n-3\t1\n") == 2
    assert count(conn, "t") == 1503


def test_refused_rows_are_passed_over_among_rows_by_their_type(conn, behind):
    if not by_odbc(behind):
        pytest.skip("PostgreSQL has no ON_DATABASE_ERROR")
    conn.execute("CREATE TABLE t (a int PRIMARY KEY, b varchar(5) CHECK (b <> 'five!'))")
    watch(conn, "t")
    data = b"".join(b"%d\t%s\n" % (i // 2 * 2 if i % 500 == 99 else i, b"five!" if i % 700 == 3
                                   else b"x") for i in range(1000, 6000))
    kept = copy_in(conn, "COPY t FROM STDIN (ON_DATABASE_ERROR ignore)", data)
    assert kept == count(conn, "t") == len({i for i in range(1000, 6000)
                                            if i % 500 != 99 and i % 700 != 3})
    assert "type" in ways(conn)


def test_default_markers_among_rows_by_their_type(conn):
    if conn.info.server_version < 160000:
        pytest.skip("PostgreSQL has DEFAULT since 16")
    conn.execute("CREATE TABLE t (a int, b text DEFAULT 'b')")
    data = b"".join(b"%d\t%s\n" % (i, b"D" if i % 300 == 7 else b"x") for i in range(2500))
    assert copy_in(conn, "COPY t FROM STDIN (DEFAULT 'D')", data) == 2500
    assert copy_out(conn, "COPY (SELECT * FROM t ORDER BY a) TO STDOUT") == \
        data.replace(b"D", b"b")
