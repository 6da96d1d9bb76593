"""What is MariaDB's own: its types, its defaults, its way to say what a column is."""
import psycopg
import pytest

from helpers import copy_in, copy_out, count, refused


pytestmark = pytest.mark.behind("mariadb")


def test_what_has_a_default_and_what_is_made_by_the_database(conn):
    conn.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a TEXT DEFAULT 'nobody', "
                 "b INT NOT NULL, g INT AS (b + 1), c VARCHAR(9))")
    assert copy_in(conn, "COPY t (b, a) FROM STDIN (DEFAULT 'D')", b"1\tD\n2\tx\n") == 2
    assert copy_out(conn, "COPY t TO STDOUT") == b"1\tnobody\t1\t\\N\n2\tx\t2\t\\N\n"
    assert refused(conn, "COPY t (g) FROM STDIN").message_primary == \
        'column "g" is a generated column'
    assert refused(conn, "COPY t (a) FROM STDIN", b"x\n").sqlstate == "23502"
    assert refused(conn, "COPY t (c, b) FROM STDIN (DEFAULT 'D')", b"D\t1\n").message_primary == \
        "unexpected default marker in COPY data"


def test_a_value_that_an_enum_does_not_have(conn):
    conn.execute("CREATE TABLE t (a INT, b ENUM('x', 'y'), c SET('x', 'y'))")
    rows = b"1\tx\ty\n" * 1500
    for bad in b"1\tz\tx\n", b"1\tx\tz\n", b"1\t\tx\n":
        error = refused(conn, "COPY t FROM STDIN", rows + bad)
        assert (error.sqlstate, error.table_name) == ("22P02", "t")
        assert error.column_name == ("c" if b"z\n" in bad else "b")
        assert error.context.startswith("COPY t, line 1501")
    assert copy_in(conn, "COPY t FROM STDIN", rows + b"1\ty\tx,y\n") == 1501


def test_a_procedure_runs_to_its_end(behind, conn):
    """What it selects is not told; what fails behind the first result is."""
    behind.server.sql(f"DELIMITER //\nUSE {behind.name} //\nCREATE TABLE t (a INT) //\n"
                      "CREATE PROCEDURE two() BEGIN INSERT INTO t VALUES (1); SELECT a FROM t; "
                      "SELECT 1; INSERT INTO t VALUES (2), (3); END //\n"
                      "CREATE PROCEDURE bad() BEGIN SELECT a FROM t; SELECT 1; "
                      "SIGNAL SQLSTATE '45000'; END //")
    for args in (), ((),):
        conn.execute("DELETE FROM t")
        assert conn.execute("CALL two()", *args).statusmessage == "CALL"
        assert count(conn, "t") == 3
    with pytest.raises(psycopg.errors.RaiseException):
        conn.execute("CALL bad()")
    assert count(conn, "t") == 3


def test_a_block_is_one_statement(conn):
    conn.execute("CREATE TABLE t (a INT)")
    done = conn.execute("BEGIN NOT ATOMIC DECLARE i INT DEFAULT 0; WHILE i < 3 DO "
                        "INSERT INTO t VALUES (i); SET i = i + 1; END WHILE; SELECT 1; END")
    assert done.statusmessage == "DO"
    assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert count(conn, "t") == 3
    with pytest.raises(psycopg.errors.RaiseException):
        conn.execute("BEGIN NOT ATOMIC SELECT 1; SIGNAL SQLSTATE '45000'; END")


def test_ddl_commits_and_says_so(conn):
    told = []
    conn.add_notice_handler(lambda notice: told.append((notice.severity, notice.sqlstate)))
    conn.execute("CREATE TABLE t (a INT)")
    conn.execute("BEGIN")
    conn.execute("INSERT INTO t VALUES (1)")
    conn.execute("CREATE TEMPORARY TABLE mine (a INT)")
    assert told == []
    conn.execute("CREATE TABLE other (a INT)")
    assert told == [("WARNING", "01000")]
    assert conn.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    conn.execute("INSERT INTO t VALUES (2)")
    conn.execute("ROLLBACK")
    assert [row[0] for row in conn.execute("SELECT a FROM t")] == [1]


def test_bits_are_booleans(behind, conn):
    conn.execute("CREATE TABLE t (a INT PRIMARY KEY, b BIT, c BIT(1))")
    rows = b"".join(b"%d\t%s\t\\N\n" % (i, b"tf"[i % 2:i % 2 + 1]) for i in range(300)) + b"300\t\\N\tt\n"
    assert copy_in(conn, "COPY t FROM STDIN", rows) == 301
    assert behind.rows("SELECT sum(b + 0), count(b), sum(c + 0) FROM t") == [(150, 300, 1)]
    assert copy_out(conn, "COPY t TO STDOUT") == rows
    assert copy_out(conn, "COPY (SELECT * FROM t ORDER BY a) TO STDOUT") == rows
    assert conn.execute("SELECT b, c, a FROM t WHERE a IN (2, 3, 300) ORDER BY a").fetchall() == \
        [(True, None, 2), (False, None, 3), (None, True, 300)]


def test_integers_and_dates_go_as_numbers_where_all_of_them_can(behind, conn):
    """A date before 1000 has its column go as texts from there on."""
    conn.execute("CREATE TABLE t (a BIGINT PRIMARY KEY, b INT UNSIGNED, c DATE, d YEAR, e INT)")
    dates = [b"2024-02-29", b"\\N", b"1000-01-01", b"9999-12-31", b"1969-12-31"]
    rows = [b"%d\t%d\t%s\t%d\t%d\n" % (i, i + 4294900000, dates[i % 5], 1901 + i % 200, -i)
            for i in range(3000)]
    rows[1500] = b"1500\t\\N\t0001-02-03\t0\t2147483647\n"
    rows += [b"9223372036854775807\t0\t0999-12-31\t2155\t-2147483648\n",
             b"99999999999999999\t7\t2000-01-01\t\\N\t\\N\n"]
    assert copy_in(conn, "COPY t FROM STDIN", b"".join(rows)) == 3002
    stored = behind.rows("SELECT a, b, c, d, e FROM t WHERE a IN (0, 1, 1499, 1500, 1501) ORDER BY a")
    assert stored == [(0, 4294900000, "2024-02-29", 1901, 0), (1, 4294900001, "NULL", 1902, -1),
                      (1499, 4294901499, "1969-12-31", 2000, -1499),
                      (1500, "NULL", "0001-02-03", 2000, 2147483647),
                      (1501, 4294901501, "NULL", 2002, -1501)]
    # '0' is the year 2000.
    rows[1500] = rows[1500].replace(b"\t0\t", b"\t2000\t")
    assert sorted(copy_out(conn, "COPY t TO STDOUT").splitlines()) == \
        sorted(b"".join(rows).splitlines())


@pytest.mark.parametrize("row, state", [(b"5\t2024-01-01\t1\n", "23505"), (b"7000\t2024-01-01\t-1\n", "22003"),
                                        (b"7000\t\\N\t1\n", "23502")])
def test_a_bad_row_among_numbers_is_named(conn, row, state):
    conn.execute("CREATE TABLE t (a INT PRIMARY KEY, b DATE NOT NULL, c INT UNSIGNED)")
    rows = [b"%d\t2024-01-%02d\t%d\n" % (i, 1 + i % 28, i) for i in range(2000)]
    rows[1700] = row
    with pytest.raises(psycopg.Error) as caught:
        copy_in(conn, "COPY t FROM STDIN", b"".join(rows))
    assert caught.value.sqlstate == state
    assert "line 1701" in caught.value.diag.context
    assert count(conn, "t") == 0


def test_dates_that_only_mariadb_has(behind, conn):
    """The server makes the text of a table's, the driver that of a query's."""
    behind.server.sql(
        f"USE {behind.name}; SET sql_mode = 'ALLOW_INVALID_DATES';"
        "CREATE TABLE t (a INT PRIMARY KEY, d DATE, s DATETIME, m DATETIME(3), z TIMESTAMP(6) NULL);"
        "INSERT INTO t VALUES (1, '0000-00-00', '0000-00-00', '0000-00-00', '0000-00-00'),"
        "(2, '2024-00-00', '2024-02-31 01:02:03', '0001-01-01 00:00:00.12', '2024-02-29 1:2:3.5'),"
        "(3, '9999-12-31', '0999-01-02 03:04:05', NULL, '2038-01-19 03:14:07.999999'),"
        "(4, NULL, NULL, NULL, NULL)")
    table = copy_out(conn, "COPY t TO STDOUT")
    assert table == (
        b"1\t0000-00-00\t0000-00-00 00:00:00\t0000-00-00 00:00:00.000"
        b"\t0000-00-00 00:00:00.000000\n"
        b"2\t2024-00-00\t2024-02-31 01:02:03\t0001-01-01 00:00:00.120"
        b"\t2024-02-29 01:02:03.500000\n"
        b"3\t9999-12-31\t0999-01-02 03:04:05\t\\N\t2038-01-19 03:14:07.999999\n"
        b"4\t\\N\t\\N\t\\N\t\\N\n")
    assert copy_out(conn, "COPY (SELECT * FROM t ORDER BY a) TO STDOUT") == table


def test_pages_of_keys_below_zero_and_of_64_bits(behind, conn):
    """10,000 rows a page; the last key of one is a text that is compared as the number it is."""
    for first in -15_000, 2**63 - 25_000:
        conn.execute("DROP TABLE IF EXISTS t")
        conn.execute("CREATE TABLE t (a BIGINT PRIMARY KEY)")
        conn.execute(f"INSERT INTO t SELECT {first} + CAST(seq AS SIGNED) FROM seq_0_to_24999")
        assert copy_out(conn, "COPY t TO STDOUT") == \
            b"".join(b"%d\n" % (first + i) for i in range(25_000))


SYNTAX, RANGE = 'invalid input syntax for type {}: "x"', 'value "{}" is out of range for type {}'


@pytest.mark.parametrize("declared, value, message", [
    ("TINYINT(4)", "x", SYNTAX.format("smallint")),
    ("TINYINT UNSIGNED", "x", SYNTAX.format("smallint")),
    ("SMALLINT UNSIGNED", "x", SYNTAX.format("integer")),
    ("SMALLINT(5)", "65535", RANGE.format(65535, "smallint")),
    ("MEDIUMINT(8)", "x", SYNTAX.format("integer")),
    ("INT(11)", "x", SYNTAX.format("integer")),
    ("INT(10) UNSIGNED ZEROFILL", "x", SYNTAX.format("bigint")),
    ("BIGINT", "x", SYNTAX.format("bigint")),
    ("BIGINT UNSIGNED", "x", SYNTAX.format("numeric")),
    ("DECIMAL(10,2) UNSIGNED", "x", SYNTAX.format("numeric")),
    ("DOUBLE UNSIGNED", "x", SYNTAX.format("double precision")),
    ("BIT(1)", "x", SYNTAX.format("boolean")),
    ("YEAR", "x", SYNTAX.format("smallint")),
    ("DATETIME(6)", "x", SYNTAX.format("timestamp")),
    ("DATE", "x", SYNTAX.format("date")),
    ("CHAR(3)", "four", "value too long for type character(3)"),
    ("VARCHAR(3)", "four", "value too long for type character varying(3)"),
    ("BLOB", "\\\\x0", "invalid hexadecimal data: odd number of digits"),
    ("UUID", "x", SYNTAX.format("uuid")),
])
def test_types(conn, declared, value, message):
    conn.execute(f"CREATE TABLE t (a {declared})")
    assert refused(conn, "COPY t FROM STDIN", value.encode() + b"\n").message_primary == message
