"""examples/gateway.c before examples/memory.c: the loop and the backend that the docs show."""
import os
import pathlib
import subprocess

import psycopg
import pytest

import servers
from helpers import copy_in, copy_out, refused


class Gateway(servers.Postgresish):
    def __init__(self, path):
        self.port = servers.free_port()
        self.process = subprocess.Popen([path, str(self.port)])
        servers.wait_until(self.listens, "the gateway does not listen")

    def listens(self):
        assert self.process.poll() is None
        try:
            self.socket().close()
        except ConnectionRefusedError:
            return False
        return True


@pytest.fixture
def gateway():
    named = os.environ.get("PGCOPY_GATEWAY")
    paths = [pathlib.Path(named)] if named else sorted(servers.ROOT.glob("build*/**/gateway"))
    path = next((path for path in paths if path.is_file()), None)
    if not path:
        pytest.skip("no gateway: build target gateway")
    made = Gateway(path)
    yield made
    made.process.terminate()
    made.process.wait(servers.PATIENCE)


def test_psql_loads_and_exports(gateway, sets, tmp_path):
    source, target = sets("patients", 10_000), tmp_path / "out.csv"
    done = gateway.psql("-c", rf"\copy patients from '{source}' csv header")
    assert done.stdout == "COPY 10000\n"
    done = gateway.psql("-c", rf"\copy patients to '{target}' csv")
    assert done.stdout == "COPY 10000\n"
    assert target.read_bytes() == source.read_bytes().split(b"\n", 1)[1]


def test_a_copy_is_all_or_nothing(gateway):
    with gateway.connect() as conn:
        assert copy_in(conn, "COPY t FROM STDIN", b"1\ta\n", b"2\t\\N\n") == 2
        assert refused(conn, "COPY t FROM STDIN", b"3\tc\n", b"4\n").sqlstate == "22P04"
        assert refused(conn, "COPY t FROM STDIN", b"3\n").sqlstate == "42804"
        with pytest.raises(psycopg.errors.QueryCanceled):
            with conn.cursor().copy("COPY t FROM STDIN") as copy:
                copy.write(b"5\te\n")
                raise ValueError
        assert copy_out(conn, "COPY t TO STDOUT") == b"1\ta\n2\t\\N\n"
    with gateway.connect() as conn:
        conn.pgconn.send_query(b"COPY t FROM STDIN")
        conn.pgconn.get_result()
        conn.pgconn.put_copy_data(b"6\tf\n")
        conn.pgconn.finish()  # without a word
    with gateway.connect() as conn:
        assert copy_out(conn, "COPY t TO STDOUT") == b"1\ta\n2\t\\N\n"


def test_what_it_lacks_it_says(gateway):
    with gateway.connect() as conn:
        for statement in ("BEGIN", "SELECT 1", "COPY (SELECT 1) TO STDOUT"):
            with pytest.raises(psycopg.errors.FeatureNotSupported):
                conn.execute(statement)
        with pytest.raises(psycopg.errors.UndefinedTable):
            copy_out(conn, "COPY nowhere TO STDOUT")
