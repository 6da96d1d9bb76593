"""psql, unmodified: the client that most people have."""
import os
import signal
import subprocess
import time

import pytest

import flows
import servers
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


@pytest.mark.needs("TIMESTAMP WITHOUT TIME ZONE")
def test_times_are_those_of_the_clients_zone(both, monkeypatch):
    monkeypatch.setenv("PGTZ", "europe/berlin")
    script = """
CREATE TABLE t (id INT, seen TIMESTAMP WITH TIME ZONE);
SHOW TimeZone;
COPY t FROM stdin;
1\t2024-06-01 12:00
2\t2024-10-27 02:30 America/New_York
3\t1890-01-01 12:00
\\.
COPY t TO stdout;
SELECT seen FROM t WHERE id = 1;
SET TimeZone = 'Asia/Kathmandu';
SET DateStyle = 'Postgres';
COPY t TO stdout;
BEGIN;
SET LOCAL TimeZone = 'UTC';
COPY t TO stdout;
COMMIT;
RESET DateStyle;
SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE;
SELECT seen FROM t WHERE id = 1;
RESET TimeZone;
SHOW TimeZone;
"""
    assert both.psql("-qAt", stdin=script).stdout == """Europe/Berlin
1\t2024-06-01 12:00:00+02
2\t2024-10-27 07:30:00+01
3\t1890-01-01 12:00:00+00:53:28
2024-06-01 12:00:00+02
1\tSat Jun 01 15:45:00 2024 +0545
2\tSun Oct 27 12:15:00 2024 +0545
3\tWed Jan 01 16:47:48 1890 LMT
1\tSat Jun 01 10:00:00 2024 UTC
2\tSun Oct 27 06:30:00 2024 UTC
3\tWed Jan 01 11:06:32 1890 UTC
2024-06-01 02:00:00-08
Europe/Berlin
"""


def test_a_zone_that_is_none_ends_the_start(both, monkeypatch):
    monkeypatch.setenv("PGTZ", "Europe/../UTC")
    done = both.psql("-c", "SELECT 1", check=False)
    assert done.returncode == 2
    assert 'FATAL:  invalid value for parameter "TimeZone": "Europe/../UTC"' in done.stderr


def test_a_table_on_the_screen(both):
    both.psql("-c", "CREATE TABLE t (id INT, name VARCHAR(20))")
    both.psql("-c", "INSERT INTO t VALUES (1, 'Ann')")
    assert both.psql("-At", "-c", "SELECT * FROM t").stdout == "1|Ann\n"


def test_one_transaction_for_a_script(both):
    both.psql("-c", "CREATE TABLE t (id INT)")
    both.psql("-1", "-c", "COPY t FROM stdin", "-c", "SELECT * FROM nope", stdin="1\n2\n",
              check=False)
    assert both.psql("-At", "-c", "SELECT count(*) FROM t").stdout == "0\n"


# ---- The flows of all clients ---------------------------------------------------------------------


def script(server, *lines, check=True):
    """Without ON_ERROR_STOP: what follows shows that the connection can be used."""
    return server.psql("-v", "ON_ERROR_STOP=0", "-v", "VERBOSITY=sqlstate", "-At",
                       stdin="\n".join(lines) + "\n", check=check)


@pytest.fixture
def visits(both, tmp_path):
    both.psql("-c", flows.TABLE)
    (tmp_path / "good").write_bytes(flows.GOOD)
    (tmp_path / "bad").write_bytes(flows.BAD)
    (tmp_path / "one").write_bytes(flows.ONE)
    return both


def count(server):
    return int(server.psql("-At", "-c", "SELECT count(*) FROM visits").stdout)


@pytest.mark.parametrize("options", ["", "with (format csv, header)", "with binary"])
def test_there_and_back(visits, tmp_path, options):
    done = script(visits, rf"\copy visits from '{tmp_path}/good'",
                  rf"\copy visits to '{tmp_path}/out' {options}", "DELETE FROM visits;",
                  rf"\copy visits from '{tmp_path}/out' {options}",
                  rf"\copy visits to '{tmp_path}/back'")
    assert done.stdout == "COPY 1000\nCOPY 1000\nDELETE 1000\nCOPY 1000\nCOPY 1000\n"
    assert (tmp_path / "back").read_bytes() == flows.GOOD


@pytest.mark.parametrize("end, left", [("COMMIT", flows.N), ("ROLLBACK", 0)])
def test_in_a_transaction(visits, tmp_path, end, left):
    done = script(visits, "BEGIN;", rf"\copy visits from '{tmp_path}/good'", f"{end};")
    assert done.stdout == f"BEGIN\nCOPY 1000\n{end}\n"
    assert count(visits) == left


@pytest.mark.parametrize("lines, said", [
    ([r"\copy visits from '{}/bad'"], "ERROR:  22P02\n"),
    ([r"\copy nowhere from '{}/good'"], "ERROR:  42P01\n"),
    (["BEGIN;", r"\copy visits from '{}/bad'", r"\copy visits from '{}/one'", "ROLLBACK;"],
     "ERROR:  22P02\nERROR:  25P02\n"),
])
def test_an_error_and_then_more(visits, tmp_path, lines, said):
    lines = [line.format(tmp_path) for line in [*lines, r"\copy visits from '{}/one'"]]
    done = script(visits, *lines)
    assert done.stderr == said
    assert done.stdout.endswith("COPY 1\n")
    assert count(visits) == 1


@pytest.mark.parametrize("statement, stdin", [
    ("COPY visits FROM STDIN", subprocess.PIPE),
    (f"COPY ({flows.ENDLESS}) TO STDOUT", subprocess.DEVNULL),
], ids=["in", "out"])
def test_interrupted(visits, statement, stdin):
    """Control-C: CopyFail while rows go in, a CancelRequest while they come out."""
    with subprocess.Popen(["psql", "-X", "-v", "VERBOSITY=sqlstate", "-c", statement],
                          stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=flows.environment(visits)) as psql:
        if stdin == subprocess.PIPE:
            psql.stdin.write(flows.GOOD)
            psql.stdin.flush()
            time.sleep(0.5)  # it has to be in COPY; nothing tells that from outside
        else:
            psql.stdout.read(100_000)
        psql.send_signal(signal.SIGINT)
        _, said = psql.communicate(timeout=servers.PATIENCE)
    assert said.endswith(b"ERROR:  57014\n")
    assert count(visits) == 0


def test_many_copies_in_one_script(visits):
    inline = "COPY visits FROM stdin;\n{}\tx\t\\N\t\\N\t\\N\n\\."
    done = script(visits, *[inline.format(i) for i in range(1, 21)])
    assert done.stdout == "COPY 1\n" * 20
    assert count(visits) == 20


def test_a_dump(server, oracle, tmp_path):
    """What pg_dump writes of a table's data: SET, set_config and COPY."""
    oracle.new_database("dumped_" + os.urandom(4).hex())
    oracle.psql("-c", flows.TABLE)
    (tmp_path / "good").write_bytes(flows.GOOD)
    oracle.psql("-c", rf"\copy visits from '{tmp_path}/good'")
    dump = subprocess.run(["pg_dump", "-a", "-t", "visits"], env=flows.environment(oracle),
                          capture_output=True, text=True, check=True).stdout
    server.psql("-c", flows.TABLE)
    assert "COPY 1000\n" in server.psql(stdin=dump).stdout
    assert server.psql("-c", "COPY visits TO STDOUT").stdout.encode() == flows.GOOD
