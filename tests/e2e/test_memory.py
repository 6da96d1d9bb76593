"""A million rows each way, in memory that does not grow with them."""
import os
import pathlib
import subprocess
import time

import pytest

import servers
from conftest import create
from wire import Startup

ROWS = 1_000_000
LIMIT_KIB = 32 * 1024


def plain_pgcopyd(tmp_path_factory):
    """One without sanitizers, which have memory of their own."""
    for path in (os.environ.get("PGCOPYD_RELEASE"), servers.pgcopyd_path()):
        if path and b"__asan_init" not in pathlib.Path(path).read_bytes():
            return path
    build = tmp_path_factory.mktemp("release")
    for command in (["cmake", "-S", servers.ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                     "-DPGCOPY_TESTS=OFF"], ["cmake", "--build", build]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return build / "examples/pgcopyd/pgcopyd"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return plain_pgcopyd(tmp_path_factory)


def test_a_million_rows_both_ways(start, plain, sets, tmp_path):
    server = start(path=plain)
    source, target = sets("patients", ROWS), tmp_path / "out.csv"
    server.psql("-c", create("patients"))
    done = server.psql("-c", rf"\copy patients from '{source}' csv header")
    assert done.stdout == f"COPY {ROWS}\n"
    into = server.peak_kib()
    done = server.psql("-c", rf"\copy (SELECT * FROM patients) to '{target}' csv header")
    assert done.stdout == f"COPY {ROWS}\n"
    both = server.peak_kib()
    print(f"peak memory: {into} KiB in, {both} KiB in and out")
    assert target.read_bytes() == source.read_bytes()
    assert both < LIMIT_KIB


def test_ten_times_the_rows_take_no_more(start, plain, sets):
    """Of the library and the network alone; the same file again and again."""
    server = start("--database", "sink=discard:", path=plain)
    source = sets("patients", 100_000)
    server.dbname = "sink"
    copy = ["-c", rf"\copy patients from '{source}' csv header"]
    server.psql(*copy)
    first = server.peak_kib()
    server.psql(*copy * 10)
    assert server.peak_kib() <= first + 512  # of noise: the allocator's, and of a thread or two


def test_tls_holds_up_who_does_not_read(start, plain, ca):
    """What the socket does not take stays with the database."""
    server = start(*ca.args, path=plain)
    lazy = Startup(server, "ann", ca.connect(server))
    lazy.until(b"Z")
    before = server.peak_kib()
    lazy.query("COPY (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
               f"SELECT i, '{'x' * 500}' AS x FROM n) TO STDOUT")
    lazy.until(b"H")
    time.sleep(1)
    assert server.peak_kib() - before < 4096
    lazy.leave_abruptly()


def test_tls_holds_up_who_does_not_stop_sending(start, plain, ca):
    """40 MB pass, in pieces of 200 kB."""
    server = start("--database", "sink=discard:", *ca.args, path=plain)
    with server.connect(dbname="sink", sslmode="require") as conn:
        before = server.peak_kib()
        with conn.cursor().copy("COPY t FROM STDIN") as copy:
            for _ in range(200):
                copy.write(b"1\t2\n" * 50_000)
        assert server.peak_kib() - before < 4096


def test_an_idle_client_of_tls_is_small(start, plain, ca):
    server = start("--database", "sink=discard:", *ca.args, path=plain)
    more = dict(dbname="sink", sslmode="require")
    with server.connect(**more):
        before = server.peak_kib()
        clients = [server.connect(**more) for _ in range(50)]
        assert (server.peak_kib() - before) / len(clients) < 64
        for client in clients:
            client.close()
