"""COPY both ways, over pgcopyd and over PostgreSQL: what goes in comes out."""
import threading

import psycopg
import pytest

from conftest import create
from helpers import PEOPLE, copy_in, copy_out, count

CSV = "COPY {} FROM STDIN (FORMAT csv, HEADER)"


@pytest.mark.parametrize("name, rows", [("patients", 250), ("labs", 10_000), ("notes", 200)])
def test_a_set_comes_back_byte_for_byte(conn, sets, name, rows):
    data = sets(name, rows).read_bytes()
    conn.execute(create(name))
    assert copy_in(conn, CSV.format(name), data) == rows
    assert count(conn, name) == rows
    key = data.split(b",", 1)[0].decode()
    header, rest = copy_out(conn, f"COPY (SELECT * FROM {name} ORDER BY {key}) TO STDOUT "
                                  "(FORMAT csv, HEADER)").split(b"\n", 1)
    assert header.lower() == data.split(b"\n", 1)[0].lower()  # PostgreSQL folds names
    assert rest == data.split(b"\n", 1)[1]


def test_the_committed_patients_are_those_of_the_generator(sets):
    import servers
    committed = servers.ROOT / "examples/data/patients.csv"
    assert committed.read_bytes() == sets("patients", 250).read_bytes()
    assert committed.read_bytes().count(b"\n") == 251


def test_a_table_goes_out_without_a_query(conn):
    conn.execute(PEOPLE)
    copy_in(conn, "COPY people FROM STDIN", b"1\tAnn\t1980-02-29\n2\t\\N\t\\N\n")
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\tAnn\t1980-02-29\n2\t\\N\t\\N\n"
    assert copy_out(conn, "COPY people (name, id) TO STDOUT CSV") == b"Ann,1\n,2\n"


@pytest.mark.needs("NUMERIC of any length")
def test_a_number_is_longer_than_the_driver_shows(conn):
    conn.execute("CREATE TABLE t (n numeric)")
    data = b"1" + b"0" * 200 + b"\n-0." + b"7" * 2000 + b"\n"
    assert copy_in(conn, "COPY t FROM STDIN", data) == 2
    assert copy_out(conn, "COPY t TO STDOUT") == data
    assert copy_out(conn, "COPY (SELECT n FROM t) TO STDOUT") == data


def test_columns_of_a_query_have_postgresqls_names(conn):
    conn.execute(PEOPLE)
    query = "SELECT ID, count(*), id + 1, people.name, lower(name) AS \"Low\" FROM people " \
            "GROUP BY id, name"
    names = ["id", "count", "?column?", "name", "Low"]
    assert [column.name for column in conn.execute(query).description] == names
    header = copy_out(conn, f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)")
    assert header.decode() == ",".join(names) + "\n"


def test_no_rows_are_rows_too(conn):
    conn.execute(PEOPLE)
    assert copy_in(conn, "COPY people FROM STDIN") == 0
    assert copy_in(conn, "COPY people FROM STDIN (FORMAT csv, HEADER)", b"id,name,born\n") == 0
    assert copy_out(conn, "COPY people TO STDOUT") == b""
    assert copy_out(conn, "COPY people TO STDOUT CSV HEADER") == b"id,name,born\n"


def test_some_columns_in_another_order(conn):
    conn.execute(PEOPLE)
    assert copy_in(conn, "COPY people (name, id) FROM STDIN", b"Ann\t1\nBen\t2\n") == 2
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\tAnn\t\\N\n2\tBen\t\\N\n"


def test_newlines_in_quotes_belong_to_the_value(conn):
    conn.execute(PEOPLE)
    data = b'1,"Ann\nMarie, ""M""",\n2,"line\r\nline",1999-12-31\n'
    assert copy_in(conn, "COPY people FROM STDIN CSV", data) == 2
    assert copy_out(conn, "COPY people TO STDOUT CSV") == data


def test_null_and_the_empty_string_stay_apart(conn):
    conn.execute(PEOPLE)
    copy_in(conn, "COPY people FROM STDIN CSV", b'1,,\n2,"",\n')
    assert copy_out(conn, "COPY people TO STDOUT CSV") == b'1,,\n2,"",\n'
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\t\\N\t\\N\n2\t\t\\N\n"


def test_default_markers(conn):
    if conn.info.server_version < 160000:
        pytest.skip("PostgreSQL has DEFAULT since 16")
    conn.execute("CREATE TABLE people (id int PRIMARY KEY, name text DEFAULT 'nobody', born date)")
    data = b"1,D,2000-01-01\n2,Ann,\n3,\"D\",D\n"
    with pytest.raises(psycopg.errors.BadCopyFileFormat):
        copy_in(conn, "COPY people FROM STDIN (FORMAT csv, DEFAULT 'D')", data)
    assert copy_in(conn, "COPY people FROM STDIN (FORMAT csv, DEFAULT 'D')", data[:-2] + b"\n") == 3
    assert copy_out(conn, "COPY people TO STDOUT CSV") == b"1,nobody,2000-01-01\n2,Ann,\n3,D,\n"


def test_where_filters_rows(conn):
    conn.execute(PEOPLE)
    data = b"9,Ann,1999-12-31\n10,Ben,\n100,Cid,2000-01-01\n11,it's,2001-01-01\n"
    where = "id > 9 AND (born IS NOT NULL /* /* not) */ ' */) AND name <> 'it''s' -- ; \""
    assert copy_in(conn, f"COPY people FROM STDIN CSV WHERE {where}", data) == 1
    assert copy_out(conn, "COPY people TO STDOUT CSV") == b"100,Cid,2000-01-01\n"
    for wrong in ("nosuch = 1", '"nosuch" = 1'):
        with pytest.raises(psycopg.errors.UndefinedColumn):
            copy_in(conn, f"COPY people FROM STDIN CSV WHERE {wrong}", data)
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="cannot use subquery"):
        copy_in(conn, "COPY people FROM STDIN CSV WHERE id IN (SELECT 1)", data)


def test_other_encodings(conn):
    conn.execute(PEOPLE)
    assert copy_in(conn, "COPY people FROM STDIN (ENCODING 'latin1')", b"1\tZo\xeb\t\\N\n") == 1
    assert copy_in(conn, "COPY people FROM STDIN (ENCODING 'sjis')", b"2\t\x95\x5c\t\\N\n") == 1
    assert copy_out(conn, "COPY people TO STDOUT") == "1\tZoë\t\\N\n2\t表\t\\N\n".encode()
    with pytest.raises(psycopg.errors.UntranslatableCharacter):
        copy_out(conn, "COPY people TO STDOUT (ENCODING 'sjis')")
    conn.execute("DELETE FROM people WHERE id = 1")
    assert copy_out(conn, "COPY people TO STDOUT (ENCODING 'sjis')") == b"2\t\x95\x5c\t\\N\n"


def test_text_escapes(conn):
    conn.execute(PEOPLE)
    copy_in(conn, "COPY people FROM STDIN", b"1\ta\\tb\\nc\\\\d\\x41\\101\t\\N\n")
    assert conn.execute("SELECT name FROM people").fetchone()[0] == "a\tb\nc\\dAA"
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\ta\\tb\\nc\\\\dAA\t\\N\n"


@pytest.mark.parametrize("options, data", [
    ("DELIMITER ';'", b"1;Ann;2000-01-01\n"),
    ("DELIMITER '|', NULL 'none'", b"1|none|none\n"),
    ("QUOTE '''', FORCE_QUOTE *", b"'1','O''Brien','2000-01-01'\n"),
    ("ESCAPE '\\'", b'1,"say \\"hi\\" and \\\\",2000-01-01\n'),
    ("FORCE_QUOTE (name)", b'1,"Ann",2000-01-01\n'),
    ("HEADER true, DELIMITER E'\\t'", b"id\tname\tborn\n1\tAnn\t2000-01-01\n"),
])
def test_csv_options(conn, options, data):
    conn.execute(PEOPLE)
    reading = options.split("FORCE_QUOTE")[0].rstrip(", ")
    assert copy_in(conn, f"COPY people FROM STDIN (FORMAT csv{', ' if reading else ''}{reading})",
                   data) == 1
    assert copy_out(conn, f"COPY people TO STDOUT (FORMAT csv, {options})") == data


def test_a_query_goes_out(conn):
    conn.execute(PEOPLE)
    copy_in(conn, "COPY people FROM STDIN CSV", b"1,Ann,\n2,Ben,\n3,Cid,\n")
    query = "SELECT name, id * 2 AS twice FROM people WHERE id > 1 ORDER BY id DESC"
    assert copy_out(conn, f"COPY ({query}) TO STDOUT CSV HEADER") == b"name,twice\nCid,6\nBen,4\n"


def test_utf8_and_pieces_of_any_size(conn):
    conn.execute(PEOPLE)
    data = "1,Zoë Müller,\n2,\"東京 \U0001f600\",1970-01-01\n".encode()
    pieces = [data[i:i + 1] for i in range(len(data))]
    assert copy_in(conn, "COPY people FROM STDIN CSV", *pieces) == 2
    assert copy_out(conn, "COPY people TO STDOUT CSV").replace(b'"', b"") == data.replace(b'"', b"")


def test_a_value_is_never_sql(conn):
    conn.execute(PEOPLE)
    evil = "x'); DROP TABLE people; --\t? ?1 :a $1 \"'"
    with conn.cursor().copy("COPY people FROM STDIN") as copy:
        copy.write_row((1, evil, None))
    assert conn.execute("SELECT name FROM people").fetchone()[0] == evil


def test_a_row_of_a_megabyte(conn, behind):
    conn.execute(f"CREATE TABLE texts (id INT, body {behind.text})")
    row = b"1\t" + b"long text " * 100_000 + b"\n"
    assert copy_in(conn, "COPY texts FROM STDIN", row) == 1
    assert copy_out(conn, "COPY texts TO STDOUT") == row


def test_two_at_once(both, sets):
    """Two clients, two tables, each in several pieces while the other one waits."""
    data = sets("patients", 10_000).read_bytes()
    with both.connect() as conn:
        for n in "12":
            conn.execute(create("patients").replace("patients", "patients" + n))
    outcome = {}

    def load(n):
        with both.connect() as mine:
            pieces = [data[i:i + 5000] for i in range(0, len(data), 5000)]
            outcome[n] = copy_in(mine, CSV.format("patients" + n), *pieces)

    threads = [threading.Thread(target=load, args=(n,)) for n in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == {"1": 10_000, "2": 10_000}


def test_select_and_several_statements_in_one_string(conn):
    conn.execute(PEOPLE)
    copy_in(conn, "COPY people FROM STDIN CSV", b"1,Ann,1980-02-29\n2,,\n")
    cursor = conn.execute("SELECT id, name, born FROM people ORDER BY id")
    assert [str(row) for row in cursor] == ["(1, 'Ann', datetime.date(1980, 2, 29))",
                                            "(2, None, None)"]
    result = conn.pgconn.exec_(b"INSERT INTO people VALUES (3, 'x', NULL); SELECT 1")
    assert result.get_value(0, 0) == b"1"
    assert count(conn, "people") == 3


def test_dates_follow_datestyle(conn):
    conn.execute(PEOPLE)
    conn.execute("SET datestyle = 'German'")
    copy_in(conn, "COPY people FROM STDIN", b"1\tAnn\t13/2/24\n")
    conn.pgconn.exec_params(b"INSERT INTO people VALUES ($1, 'Ben', $2)", [b"2", b"1.2.03"], [23, 1082])
    assert copy_out(conn, "COPY people TO STDOUT") == b"1\tAnn\t13.02.2024\n2\tBen\t01.02.2003\n"
    found = conn.pgconn.exec_(b"SELECT born FROM people ORDER BY id")
    assert [found.get_value(row, 0) for row in (0, 1)] == [b"13.02.2024", b"01.02.2003"]
    assert conn.pgconn.parameter_status(b"DateStyle") == b"German, DMY"
