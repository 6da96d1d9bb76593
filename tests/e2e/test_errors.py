"""What is wrong is refused in PostgreSQL's words, with the line, and nothing is stored."""

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from conftest import create
from helpers import PEOPLE, copy_in, copy_out, count, refused


def usable(conn):
    return conn.info.transaction_status == TransactionStatus.IDLE and \
        conn.execute("SELECT 1").fetchone() is not None


def test_a_bad_line_is_named_and_nothing_is_stored(conn, sets):
    lines = sets("patients", 250).read_bytes().split(b"\n")
    lines[99] = b"ninety," + lines[99].split(b",", 1)[1]
    conn.execute(create("patients"))
    diag = refused(conn, "COPY patients FROM STDIN CSV HEADER", b"\n".join(lines))
    assert diag.sqlstate == "22P02"
    assert diag.message_primary == 'invalid input syntax for type integer: "ninety"'
    assert diag.context.lower() == 'copy patients, line 100, column patientid: "ninety"'
    assert count(conn, "patients") == 0
    assert usable(conn)


@pytest.mark.parametrize("statement, data, sqlstate, message, context", [
    ("CSV", b"1,Ann\n", "22P04", 'missing data for column "born"',
     'COPY people, line 1: "1,Ann"'),
    ("CSV", b"1,Ann,\n2,Ben,,\n", "22P04", "extra data after last expected column",
     'COPY people, line 2: "2,Ben,,"'),
    ("CSV", b'1,Ann,\n2,"Ben,\n', "22P04", "unterminated CSV quoted field",
     'COPY people, line 3: "2,"Ben,\n"'),
    ("CSV", b"1,Ann,\nx,Ben,\n", "22P02", 'invalid input syntax for type integer: "x"',
     'COPY people, line 2, column id: "x"'),
    ("CSV", b"1,Ann,1999-02-30\n", "22008", 'date/time field value out of range: "1999-02-30"',
     'COPY people, line 1, column born: "1999-02-30"'),
    ("CSV", b"99999999999,Ann,\n", "22003",
     'value "99999999999" is out of range for type integer',
     'COPY people, line 1, column id: "99999999999"'),
    ("", b"1\tAnn\n", "22P04", 'missing data for column "born"',
     'COPY people, line 1: "1\tAnn"'),
    ("", b"1\tA\t\\N\n\tB\t\\N\n", "22P02", 'invalid input syntax for type integer: ""',
     'COPY people, line 2, column id: ""'),
    ("", b"1\tA\t\\N\n2\t\xff\t\\N\n", "22021",
     'invalid byte sequence for encoding "UTF8": 0xff', "COPY people, line 2"),
    ("", b"1\tA\t\\N\r\n2\tB\t\\N\n", "22P04", "literal newline found in data",
     "COPY people, line 2"),
])
def test_malformed_rows(conn, statement, data, sqlstate, message, context):
    conn.execute(PEOPLE)
    diag = refused(conn, f"COPY people FROM STDIN {statement}", data)
    assert (diag.sqlstate, diag.message_primary, diag.context) == (sqlstate, message, context)
    assert count(conn, "people") == 0
    assert usable(conn)


@pytest.mark.parametrize("statement, sqlstate, message", [
    ("COPY nope FROM STDIN", "42P01", 'relation "nope" does not exist'),
    ("COPY nope TO STDOUT", "42P01", 'relation "nope" does not exist'),
    ("COPY people (nope) FROM STDIN", "42703",
     'column "nope" of relation "people" does not exist'),
    ("COPY people (id, id) FROM STDIN", "42701", 'column "id" specified more than once'),
    ("COPY people FROM STDIN (FORMAT xml)", "22023", 'COPY format "xml" not recognized'),
    ("COPY people FROM STDIN (DELIMITER 'ab')", "0A000",
     "COPY delimiter must be a single one-byte character"),
    ("COPY people FROM STDIN (WHAT 1)", "42601", 'option "what" not recognized'),
    ("COPY people FRM STDIN", "42601", 'syntax error at or near "FRM"'),
])
def test_refused_before_a_row(conn, statement, sqlstate, message):
    conn.execute(PEOPLE)
    with pytest.raises(psycopg.Error) as caught:
        copy_in(conn, statement, b"1\tx\t\\N\n")
    diag = caught.value.diag
    assert (diag.sqlstate, diag.message_primary) == (sqlstate, message)
    assert usable(conn)


def test_a_duplicate_key_says_which_line(conn):
    conn.execute(PEOPLE)
    rows = b"".join(b"%d\tx\t\\N\n" % (i if i != 150 else 7) for i in range(1, 301))
    diag = refused(conn, "COPY people FROM STDIN", rows)
    assert diag.sqlstate == "23505"
    assert diag.context.startswith("COPY people, line 150")
    assert count(conn, "people") == 0


def test_data_after_an_error_does_not_confuse(conn):
    """The client sends everything before it looks; the server must swallow it."""
    conn.execute(PEOPLE)
    rows = b"bad\n" + b"1\tx\t\\N\n" * 200_000
    assert refused(conn, "COPY people FROM STDIN", rows).sqlstate in ("22P02", "22P04")
    assert copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n") == 1
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\tx\t\\N\n"


def test_a_client_that_fails_its_copy(conn):
    conn.execute(PEOPLE)
    with pytest.raises(psycopg.errors.QueryCanceled) as caught:
        with conn.cursor().copy("COPY people FROM STDIN") as copy:
            copy.write(b"1\tx\t\\N\n")
            raise ValueError("mine")
    assert "mine" in caught.value.diag.message_primary
    assert count(conn, "people") == 0
    assert usable(conn)


def test_rows_that_the_database_refuses_are_passed_over_when_asked(conn):
    """An option of ours: PostgreSQL does not know it."""
    conn.execute(PEOPLE)
    statement = "COPY people FROM STDIN (FORMAT csv, ON_DATABASE_ERROR ignore)"
    if "pgcopy" not in conn.info.parameter_status("server_version"):
        assert refused(conn, statement, b"").message_primary == \
            'option "on_database_error" not recognized'
        return
    notices = []
    conn.add_notice_handler(lambda diag: notices.append(diag.message_primary))
    data = b"".join(b"%d,Ann,\n" % (i // 2) for i in range(10000))
    assert copy_in(conn, statement, data) == 5000
    assert notices == ["5000 rows were skipped due to refusal by the database"]
    assert count(conn, "people") == 5000
    assert refused(conn, statement[:-1] + ", REJECT_LIMIT 2)", b"1,,\n2,,\n3,,\n").message_primary \
        .startswith("skipped more than REJECT_LIMIT (2) rows")
    assert refused(conn, "COPY people FROM STDIN (FORMAT csv, ON_ERROR ignore)",
                   b"x,Ann,\n1,Ann,\n").sqlstate == "23505"
    assert usable(conn)
