"""Clients reach pgcopyd by HAProxy and PgBouncer, configured as docs/scaling.md says."""
import types
from concurrent import futures

import psycopg
import pytest

import balancers
import servers
from helpers import PEOPLE, copy_in, count

COPY = "COPY people FROM STDIN"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def start(tmp_path, ca):
    """pgcopyd before one file, and a balancer in front."""
    (tmp_path / "users").write_text('"tester" "secret"\n')
    url = f"sqlite:{tmp_path / 'main.db'}"
    running = []

    def pgcopyd(listen="127.0.0.1:0"):
        running.append(servers.Pgcopyd(tmp_path, "--users", str(tmp_path / "users"), *ca.args,
                                       listen=listen, behind=types.SimpleNamespace(url=url)))
        return running[-1]

    def balancer(kind, port):
        if kind.lacking():
            pytest.skip(kind.lacking())
        running.append(kind(port))
        return running[-1]

    yield types.SimpleNamespace(pgcopyd=pgcopyd, balancer=balancer)
    for server in reversed(running):
        server.stop()


def is_cancelled(conn):
    with futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(conn.execute, ENDLESS)
        servers.time.sleep(0.5)
        conn.cancel()
        with pytest.raises(psycopg.errors.QueryCanceled):
            waiting.result(servers.PATIENCE)


def test_haproxy_sends_a_client_and_its_cancel_to_one_that_works(start, ca):
    one = start.pgcopyd()
    pair = [one, start.pgcopyd(f"127.0.0.2:{one.port}")]
    door = start.balancer(balancers.Haproxy, one.port)
    with door.connect(**ca.verify) as conn:  # TLS passes through, to the pgcopyd behind
        conn.execute(PEOPLE)
        assert copy_in(conn, COPY, b"1\tAnn\t\\N\n") == 1
        is_cancelled(conn)
    served, spare = sorted(pair, key=lambda server: -len(server.log_lines("connect")))
    assert not spare.log_lines("connect")
    served.stop()
    with door.connect() as conn:
        assert copy_in(conn, COPY, b"2\tBen\t\\N\n") == 1
        assert count(conn, "people") == 2
    assert spare.log_lines("connect")


def test_many_clients_of_pgbouncer_share_a_few_connections(start):
    pgcopyd = start.pgcopyd()
    door = start.balancer(balancers.Pgbouncer, pgcopyd.port)
    clients = [door.connect() for _ in range(20)]
    clients[0].execute(PEOPLE)

    def load(n):
        return copy_in(clients[n], COPY, b"".join(b"%d\tx\t\\N\n" % (n * 1000 + i) for i in range(1000)))

    with futures.ThreadPoolExecutor(20) as pool:
        assert list(pool.map(load, range(20))) == [1000] * 20
    with pytest.raises(psycopg.errors.UniqueViolation):
        load(0)
    is_cancelled(clients[1])
    assert count(clients[2], "people") == 20_000
    assert len(pgcopyd.log_lines("connect")) <= 4 + 1  # the pool, and who asks for the cancel
    for conn in clients:
        conn.close()
