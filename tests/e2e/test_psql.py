"""psql, unmodified: the client that most people have."""
from conftest import create


def test_a_file_in_and_out(both, sets, tmp_path):
    source, target = sets("patients", 250), tmp_path / "out.csv"
    assert both.psql("-c", create("patients")).stdout == "CREATE TABLE\n"
    done = both.psql("-c", rf"\copy patients from '{source}' with (format csv, header)")
    assert done.stdout == "COPY 250\n"
    done = both.psql("-c", rf"\copy patients to '{target}' with (format csv, header)")
    assert done.stdout == "COPY 250\n"
    assert target.read_bytes().split(b"\n", 1)[1] == source.read_bytes().split(b"\n", 1)[1]
    assert target.read_bytes().count(b"\n") == 251


def test_a_script_with_its_data_inside(both):
    script = """
CREATE TABLE t (id INT, name VARCHAR(20));
BEGIN;
COPY t (id, name) FROM stdin;
1\tAnn
2\t\\N
\\.
COMMIT;
BEGIN;
COPY t FROM stdin;
3\tgone
\\.
ROLLBACK;
COPY t TO stdout CSV HEADER;
"""
    assert both.psql("-q", stdin=script).stdout == "id,name\n1,Ann\n2,\n"


def test_an_error_has_its_line(both):
    both.psql("-c", "CREATE TABLE t (id INT, name VARCHAR(20))")
    done = both.psql("-c", "COPY t FROM stdin", stdin="1\ta\nx\tb\n", check=False)
    assert done.returncode == 1
    assert done.stderr == 'ERROR:  invalid input syntax for type integer: "x"\n' \
                          'CONTEXT:  COPY t, line 2, column id: "x"\n'


def test_a_table_on_the_screen(both):
    both.psql("-c", "CREATE TABLE t (id INT, name VARCHAR(20))")
    both.psql("-c", "INSERT INTO t VALUES (1, 'Ann')")
    assert both.psql("-At", "-c", "SELECT * FROM t").stdout == "1|Ann\n"


def test_one_transaction_for_a_script(both):
    both.psql("-c", "CREATE TABLE t (id INT)")
    both.psql("-1", "-c", "COPY t FROM stdin", "-c", "SELECT * FROM nope", stdin="1\n2\n",
              check=False)
    assert both.psql("-At", "-c", "SELECT count(*) FROM t").stdout == "0\n"
