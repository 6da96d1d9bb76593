"""InterSystems IRIS, as far as it is documented: its habits are those of tests/odbc/iris-standin,
a driver over SQLite's.  Nothing here has met a real one yet: examples/iris/prove.py runs this
before it, but for what only the stand-in can be told to do."""
import contextlib
import subprocess
import sys

import psycopg
import pytest

import backends
import servers
from helpers import copy_in, copy_out, count, refused

PEOPLE = "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20), born DATE)"


REAL = backends.asked_for() if ":" in (backends.asked_for() or "") else None
try:
    DRIVER = None if REAL else backends.standin()
except backends.NotHere as why:
    pytest.skip(str(why), allow_module_level=True)


class Iris(servers.Pgcopyd):
    """One pgcopyd before IRIS or its stand-in, with these keys of the connection string."""

    def __init__(self, folder, *args, driver=DRIVER, **keys):
        if REAL and (keys or driver):
            pytest.skip("only the stand-in can be told to")
        backend = backends.Named(REAL) if REAL else backends.IrisStandIn(**keys)
        backend.driver = driver
        backend.fresh(folder, "iris")
        super().__init__(folder, "--log-level", "debug", *args, behind=backend)


@pytest.fixture
def iris(tmp_path):
    """Starts any number of servers; each has to end in good order."""
    running = []

    def start(*args, **keys):
        running.append(Iris(tmp_path, *args, **keys))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def conn(iris):
    with iris().connect() as connection:
        yield connection


# ---- Rows ---------------------------------------------------------------------------------------


def test_every_type_comes_back(conn):
    conn.execute("CREATE TABLE t (a INT PRIMARY KEY, b BIGINT, c SMALLINT, d NUMERIC(12,3), e DOUBLE, "
                 "f BIT, g VARCHAR(20), h DATE, i TIME, j TIMESTAMP, k LONGVARCHAR, l LONGVARBINARY)")
    rows = ("1\t9007199254740993\t-7\t-0.125\t0.5\tt\tMüller €\t1815-12-10\t23:59:59\t"
            "2024-02-29 12:30:00\tlong\t\\\\x00ff\n"
            "2\t-1\t0\t1.000\t-0.25\tf\t\t1999-12-31\t00:00:00\t1900-01-01 00:00:00\t\t\\\\x\n"
            "3" + "\t\\N" * 11 + "\n").encode()
    assert copy_in(conn, "COPY t FROM STDIN", rows) == 3
    assert copy_out(conn, "COPY t TO STDOUT") == rows


@pytest.mark.parametrize("keys", [{}, {"EmptyAsNul": 1}])
def test_null_and_the_empty_string_stay_apart(iris, keys):
    with iris(**keys).connect() as conn:
        conn.execute("CREATE TABLE t (a INT, b VARCHAR(9))")
        rows = b"1\t\n2\t\\N\n3\tx\n"
        copy_in(conn, "COPY t FROM STDIN", rows)
        assert copy_out(conn, "COPY t TO STDOUT") == rows
        assert conn.execute("SELECT a FROM t WHERE b IS NULL").fetchall() == [(2,)]
        assert conn.execute("SELECT b FROM t WHERE a = 1").fetchone() == ("",)


@pytest.mark.parametrize("keys", [{}, {"Canonical": 1}])
def test_numbers_without_their_0_are_postgresqls(iris, keys):
    with iris(**keys).connect() as conn:
        conn.execute("CREATE TABLE t (a INT, b NUMERIC(5,2), c DOUBLE)")
        rows = b"1\t0.50\t0.5\n2\t-0.25\t-0.125\n"
        copy_in(conn, "COPY t FROM STDIN", rows)
        assert copy_out(conn, "COPY t TO STDOUT") == rows


@pytest.mark.parametrize("keys", [{}, {"TypeNames": 0}])
def test_types_are_known_by_odbc_2s_codes(iris, keys):
    with iris(**keys).connect() as conn:
        conn.execute("CREATE TABLE t (a DATE, b TIME, c TIMESTAMP, d BIT, e POSIXTIME)")
        for query in ("SELECT * FROM t", "SELECT a, b, c, d, e FROM SQLUser.t"):
            types = [column.type_code for column in conn.execute(query).description]
            assert types == [1082, 1083, 1114, 16, 1114]
        assert refused(conn, "COPY t FROM STDIN", b"2024-02-30\t\\N\t\\N\t\\N\t\\N\n").sqlstate == "22008"
        copy_in(conn, "COPY t FROM STDIN", b"1.2.2003\t1:2\t2004-05-06 7:8\tyes\t\\N\n")
        assert copy_out(conn, "COPY t TO STDOUT") == \
            b"2003-01-02\t01:02:00\t2004-05-06 07:08:00\tt\t\\N\n"


def test_a_long_text_is_a_stream_in_a_stream_alone(conn):
    """-303: what is bound as LONGVARCHAR is a stream, and VARCHAR takes none."""
    conn.execute("CREATE TABLE t (a VARCHAR(30000), b LONGVARCHAR, c LONGVARBINARY)")
    row = b"x" * 30000 + b"\t" + b"y" * 100_000 + b"\t\\\\x" + b"00ff" * 5000 + b"\n"
    assert copy_in(conn, "COPY t FROM STDIN", row, b"short\ty\t\\\\x01\n") == 2
    assert copy_out(conn, "COPY t TO STDOUT") == row + b"short\ty\t\\\\x01\n"


@pytest.mark.parametrize("arrays, most", [("works", 5), ("refuses", 5000), ("ignores", 5000)])
def test_arrays_for_who_asks_for_them(iris, tmp_path, arrays, most):
    trace = tmp_path / "trace"
    with iris(Arrays=arrays, array_rows=1000, Trace=trace).connect() as conn:
        conn.execute(PEOPLE)
        rows = b"".join(b"%d\tn%d\t2000-01-01\n" % (i, i) for i in range(2500))
        assert copy_in(conn, "COPY people FROM STDIN", rows) == 2500
        assert trace.read_text().count("execute INSERT") <= most
        diag = refused(conn, "COPY people FROM STDIN", b"3000\tx\t\\N\n7\tx\t\\N\n" + b"8\tx\t\\N\n" * 9)
        assert (diag.sqlstate, diag.context) == ("23505", "COPY people, line 2")
        assert copy_out(conn, "COPY (SELECT * FROM people ORDER BY id) TO STDOUT") == rows


# ---- What it is told ----------------------------------------------------------------------------


def test_rows_go_by_one_prepared_insert_of_one_row(iris, tmp_path):
    """IRIS's Fast Insert needs it; %NOJOURN, which gives up rollback, is never said."""
    trace = tmp_path / "trace"
    with iris(array_rows=1, Trace=trace).connect() as conn:
        conn.execute(PEOPLE)
        copy_in(conn, "COPY people FROM STDIN",
                b"".join(b"%d\tname\t2000-01-01\n" % i for i in range(2500)))
        assert count(conn, "people") == 2500
    insert = 'INSERT INTO "SQLUser"."people" ("id","name","born") VALUES (?,?,?)'
    said = [line for line in trace.read_text().splitlines() if "INSERT" in line]
    assert said == ["prepare " + insert] + ["execute " + insert] * 2500


def test_several_rows_in_one_insert_are_refused(conn):
    conn.execute("CREATE TABLE t (a INT)")
    with pytest.raises(psycopg.errors.SyntaxError):
        conn.execute("INSERT INTO t VALUES (1), (2)")


def test_tables_are_said_with_their_schema(iris):
    """The session's own may be another one, which users may have set."""
    with iris(DefaultSchema="Hospital").connect() as conn:
        conn.execute("CREATE TABLE SQLUser.t (a INT)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            conn.execute("SELECT a FROM t")
        for name in ("t", "public.t", "sqluser.T", '"SQLUser"."t"'):
            copy_in(conn, f"COPY {name} FROM STDIN", b"7\n")
            assert copy_out(conn, f"COPY {name} TO STDOUT") == b"7\n"
            conn.execute("DELETE FROM SQLUser.t")


def test_public_is_sqluser_and_it_comes_first(conn):
    for schema in ("Aaa", "SQLUser", "Zzz"):
        conn.execute(f"CREATE TABLE {schema}.t (a VARCHAR(9))")
        copy_in(conn, f"COPY {schema}.t FROM STDIN", schema.encode() + b"\n")
    for name in ("t", "public.t"):
        assert copy_out(conn, f"COPY {name} TO STDOUT") == b"SQLUser\n"
    assert copy_out(conn, "COPY aaa.t TO STDOUT") == b"Aaa\n"
    assert refused(conn, "COPY bbb.t FROM STDIN", b"").sqlstate == "42P01"


def test_names_have_no_case(conn):
    conn.execute('CREATE TABLE Visits (Id INT, "Seen" DATE)')
    copy_in(conn, "COPY visits (SEEN, id) FROM STDIN", b"2024-01-01\t1\n")
    assert copy_out(conn, "COPY VISITS TO STDOUT (HEADER)") == b"Id\tSeen\n1\t2024-01-01\n"


def test_a_driver_of_any_name_is_known_by_its_database(iris, tmp_path):
    driver = tmp_path / "libodbc35.so"
    driver.symlink_to(DRIVER or "/")
    with iris(driver=driver).connect() as conn:
        conn.execute("CREATE TABLE t (a BIT)")
        copy_in(conn, "COPY t FROM STDIN", b"t\n")
        assert copy_out(conn, "COPY t TO STDOUT") == b"t\n"


# ---- Errors -------------------------------------------------------------------------------------

BAD = [("9\tSecretName\t\\N", "23505"),  # -119
       ("10\tSecretName\tinfinity", "22007"),  # -146
       ("10\tSecretName\t0044-03-15 BC", "22007"),
       ("10\tSecretName\t\\N", "22000"),  # -104: MAXLEN is 1 where nothing is said
       ("10\tx\t2000-01-01", "23503")]  # -121


@pytest.mark.parametrize("row, state", BAD)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_told_of_it(iris, row, state):
    """The driver's words have the value, the program's path, SQLCODE: none goes to the client.
    PostgreSQL looks at foreign keys behind the last row, and names no line."""
    server = iris()
    with server.connect() as conn:
        conn.execute("CREATE TABLE days (d DATE PRIMARY KEY)")
        conn.execute("CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR, d DATE REFERENCES days)"
                     if state in ("22000", "23503") else
                     "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(20), d DATE)")
        good = [f"{i}\tx\t\\N\n" for i in range(2000) if i != 10]
        rows = "".join(good[:1500] + [row + "\n"] + good[1500:]).encode()
        diag = refused(conn, "COPY t FROM STDIN", rows)
        line = (diag.context or "").split(":")[0]
        assert (diag.sqlstate, line) == (state, "" if state == "23503" else "COPY t, line 1501")
        told = " ".join(str(getattr(diag, field)) for field in
                        ("message_primary", "message_detail", "message_hint", "schema_name",
                         "table_name", "column_name", "constraint_name", "datatype_name"))
        assert not [word for word in ("SecretName", "SQLCODE", "ODBC", "%msg", "/") if word in told]
        assert count(conn, "t") == 0
    log = server.log().splitlines()
    assert any("%msg" in line for line in log), "the driver's words are in the log"
    assert not [line for line in log if "SecretName" in line and "level=debug" not in line]


def test_rows_that_the_database_refuses_are_passed_over(conn):
    conn.execute(PEOPLE)
    rows = b"".join(b"%d\tx\t%s\n" % (i // 2, b"infinity" if i % 10 == 4 else b"\\N")
                    for i in range(1000))
    assert copy_in(conn, "COPY people FROM STDIN (ON_DATABASE_ERROR ignore)", rows) == 500
    assert count(conn, "people") == 500


@pytest.mark.parametrize("statement, state", [
    ("SELECT a FROM nosuch", "42P01"), ("SELECT nosuch FROM t", "42703"),
    ("SELECT nosuch(a) FROM t", "42883"), ("SELEC a FROM t", "42601"),
    ("CREATE TABLE t (a INT)", "42P07"), ("INSERT INTO t VALUES (1)", "23505"),
    ("PRAGMA user_version", "42601")])
def test_errors_have_postgresqls_states(conn, statement, state):
    conn.execute("CREATE TABLE t (a INT PRIMARY KEY)")
    conn.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(psycopg.Error) as caught:
        conn.execute(statement)
    assert caught.value.sqlstate == state
    assert "[" not in caught.value.diag.message_primary


def test_anothers_lock_is_told_as_one(iris):
    server = iris(LockTimeout=200)
    with server.connect() as one, server.connect() as other:
        one.execute(PEOPLE)
        with one.transaction():
            copy_in(one, "COPY people FROM STDIN", b"1\tx\t\\N\n")
            assert refused(other, "COPY people FROM STDIN", b"2\tx\t\\N\n").sqlstate == "55P03"
        assert copy_in(other, "COPY people FROM STDIN", b"2\tx\t\\N\n") == 1


# ---- Transactions -------------------------------------------------------------------------------


def test_a_copy_is_all_or_nothing_in_any_transaction(conn):
    conn.execute(PEOPLE)
    with contextlib.suppress(ZeroDivisionError), conn.transaction():
        copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n")
        raise ZeroDivisionError
    assert count(conn, "people") == 0
    with conn.transaction():
        copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n")
    assert count(conn, "people") == 1


@pytest.mark.parametrize("keys", [{}, {"Release": 1}])
def test_a_savepoint_is_there_until_it_is_released(iris, keys):
    """ROLLBACK TO takes IRIS's away; a second one would end the whole transaction."""
    with iris(**keys).connect() as conn:
        conn.execute(PEOPLE)
        conn.execute("BEGIN")
        copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n")
        conn.execute("SAVEPOINT s")
        for _ in range(3):
            copy_in(conn, "COPY people FROM STDIN", b"2\tx\t\\N\n")
            conn.execute("ROLLBACK TO SAVEPOINT s")
        conn.execute("RELEASE SAVEPOINT s")
        conn.execute("COMMIT")
        assert copy_out(conn, "COPY people TO STDOUT") == b"1\tx\t\\N\n"


def test_a_copy_spends_no_savepoints(conn):
    """A transaction has 255 of them.  Groups end where DEFAULT markers begin."""
    conn.execute("CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(9) DEFAULT 'none')")
    rows = b"".join(b"%d\tx\n%d\tD\n" % (i, i + 1) for i in range(0, 1000, 2))
    assert copy_in(conn, "COPY t FROM STDIN (DEFAULT 'D')", rows) == 1000
    assert count(conn, "t WHERE b = 'none'") == 500
    diag = refused(conn, "COPY t FROM STDIN (DEFAULT 'D')", rows.replace(b"\n", b"\n1", 1) + rows)
    assert (diag.sqlstate, diag.context) == ("23505", "COPY t, line 1")


def test_a_clients_savepoints_end_at_255(conn):
    conn.execute(PEOPLE)
    conn.execute("BEGIN")
    with pytest.raises(psycopg.Error) as caught:
        for i in range(300):
            conn.execute(f"SAVEPOINT s{i}")
    assert (caught.value.sqlstate, i) == ("54000", 255)
    conn.execute("ROLLBACK")
    assert copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n") == 1


# ---- Connections --------------------------------------------------------------------------------


def test_a_licence_that_is_used_up_is_said_so(iris):
    server = iris(Connections=2)
    with server.connect():
        with server.connect():
            with pytest.raises(psycopg.OperationalError, match="takes no more connections"):
                server.connect()
        servers.wait_until(lambda: len(server.log_lines("disconnect")) > 1, "nobody left")
        with server.connect() as conn:
            conn.execute("SELECT 1")


def test_a_connection_limit_keeps_below_the_licence(iris):
    server = iris("--connection-limit", "main=2", Connections=2)
    with server.connect(), server.connect():
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            server.connect()
    assert "LICENSE" not in server.log()


def test_a_driver_that_garbles_text_is_refused(iris):
    server = iris(Latin=1)
    with pytest.raises(psycopg.OperationalError, match="does not take text as UTF-8"):
        server.connect()
    assert "another ODBC driver file" in server.log()


# ---- The proof ----------------------------------------------------------------------------------


def prove(connection):
    program = servers.ROOT / "examples/iris/prove.py"
    return subprocess.run([sys.executable, program, connection, "--facts"], capture_output=True,
                          text=True, timeout=servers.PATIENCE)


@pytest.mark.skipif(bool(REAL), reason="only the stand-in can be told to")
@pytest.mark.parametrize("keys, otherwise", [
    ("", []), ("Release=1", ["RELEASE SAVEPOINT is unknown"]),
    ("Latin=1", ["the driver takes and gives UTF-8: ä€ are 2 characters"]),
    ("EmptyAsNul=1;Canonical=1;Arrays=lies;array_rows=1000", [])])
def test_the_proof_tells_what_is_otherwise(tmp_path, keys, otherwise):
    done = prove(f"Driver={DRIVER};Database={tmp_path}/iris.db;PWD=secret;{keys}")
    told = [line.split(" | ")[0].removeprefix("| ") for line in done.stdout.splitlines()
            if line.endswith("| OTHERWISE |")]
    assert (told, done.returncode) == (otherwise, 1 if otherwise else 0), done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_the_proof_tells_that_there_is_no_connection():
    done = prove("Driver=/nowhere.so;PWD=secret")
    assert done.returncode == 1 and done.stdout == "| fact | seen | |\n|---|---|---|\n"
    assert "cannot connect" in done.stderr and "secret" not in done.stderr
