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


def test_psql_loads_and_exports(gateway, tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("".join(f"{i},Ann {i},1999-12-31\n" for i in range(10_000)))
    done = gateway.psql("-c", rf"\copy people from '{source}' csv")
    assert done.stdout == "COPY 10000\n"
    done = gateway.psql("-c", rf"\copy people to '{target}' csv")
    assert done.stdout == "COPY 10000\n"
    assert target.read_bytes() == source.read_bytes()


def test_a_copy_is_all_or_nothing(gateway):
    with gateway.connect() as conn:
        assert copy_in(conn, "COPY people FROM STDIN", b"1\ta\t\\N\n", b"2\t\\N\t\\N\n") == 2
        assert refused(conn, "COPY people FROM STDIN", b"3\tc\t\\N\n", b"4\n").sqlstate == "22P04"
        diag = refused(conn, "COPY people FROM STDIN", b"3\tc\t\\N\n", b"q\td\t\\N\n")
        assert (diag.sqlstate, diag.context) == ("22P02", 'COPY people, line 2, column id: "q"')
        with pytest.raises(psycopg.errors.QueryCanceled):
            with conn.cursor().copy("COPY people FROM STDIN") as copy:
                copy.write(b"5\te\t\\N\n")
                raise ValueError
        assert copy_out(conn, "COPY people TO STDOUT") == b"1\ta\t\\N\n2\t\\N\t\\N\n"
    with gateway.connect() as conn:
        conn.pgconn.send_query(b"COPY people FROM STDIN")
        conn.pgconn.get_result()
        conn.pgconn.put_copy_data(b"6\tf\t\\N\n")
        conn.pgconn.finish()  # without a word
    with gateway.connect() as conn:
        assert copy_out(conn, "COPY people TO STDOUT") == b"1\ta\t\\N\n2\t\\N\t\\N\n"


def test_what_it_lacks_it_says(gateway):
    with gateway.connect() as conn:
        for statement in ("BEGIN", "SELECT 1", "COPY (SELECT 1) TO STDOUT",
                          "COPY people (id) TO STDOUT"):
            with pytest.raises(psycopg.errors.FeatureNotSupported):
                conn.execute(statement)
        with pytest.raises(psycopg.errors.UndefinedTable):
            copy_out(conn, "COPY nowhere TO STDOUT")
