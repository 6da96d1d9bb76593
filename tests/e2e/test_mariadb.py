"""What is MariaDB's own: its types, its defaults, its way to say what a column is."""
import pytest

from helpers import copy_in, copy_out, refused


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
