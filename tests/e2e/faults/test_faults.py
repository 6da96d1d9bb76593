"""What breaks between pgcopyd and a database, at each step of a COPY: nothing is lost or doubled, the
client is told, and pgcopyd goes on."""
import socket
import threading
import types
from concurrent import futures

import psycopg
import pytest

import servers
from helpers import copy_in, count
from proxy import ANSWER, REQUEST

COPY = "COPY people FROM STDIN"
ROWS = 3000
MARKS = {0: b"first rows", 1500: b"later rows", ROWS - 1: b"last rows"}
STEPS = ["begin", "describe", "prepare", "savepoint", "first rows", "later rows", "last rows",
         "release", "commit"]


def people(first=0, n=ROWS):
    """Some of them are known when they come by."""
    return b"".join(b"%d\t%s\n" % (first + i, MARKS.get(i, b"name %d" % i)) for i in range(n))


def word(database, step):
    return database.words.get(step, step.encode())


def fails(conn, *pieces):
    with pytest.raises(psycopg.Error) as caught:
        copy_in(conn, COPY, *(pieces or [people()]))
    return caught.value.sqlstate


# ---- The line breaks ---------------------------------------------------------------------------


@pytest.mark.parametrize("what", [REQUEST, ANSWER], ids=["request", "answer"])
@pytest.mark.parametrize("step", STEPS)
def test_the_line_breaks(database, server, step, what):
    with server.connect() as conn, server.connect() as bystander:
        bystander.execute("SELECT 1")
        database.proxy.at(word(database, step), what)
        state = fails(conn)
        assert database.proxy.happened.is_set()
        assert state == ("08007" if step == "commit" else "08006")
        stored = ROWS if (step, what) == ("commit", ANSWER) else 0
        assert database.count() == stored
        assert count(bystander, "people") == stored
        assert copy_in(conn, COPY, people(ROWS)) == ROWS
        assert database.count() == stored + ROWS


@pytest.mark.parametrize("what", [REQUEST, ANSWER], ids=["request", "answer"])
def test_the_line_breaks_at_the_commit_of_a_block(database, server, what):
    with server.connect() as conn:
        conn.execute("BEGIN")
        copy_in(conn, COPY, people())
        database.proxy.at(word(database, "commit"), what)
        with pytest.raises(psycopg.Error) as caught:
            conn.execute("COMMIT")
        assert caught.value.sqlstate == "08007"
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert database.count() == (ROWS if what == ANSWER else 0)
        assert count(conn, "people") == database.count()


@pytest.mark.parametrize("what", [REQUEST, ANSWER], ids=["request", "answer"])
def test_the_line_breaks_at_a_statement_of_its_own(database, server, what):
    """It may have happened, as a commit may."""
    with server.connect() as conn:
        database.proxy.at(b"some name", what)
        with pytest.raises(psycopg.Error) as caught:
            conn.execute("INSERT INTO people VALUES (1, %s)", ["some name"])
        assert caught.value.sqlstate == "08007"
        assert database.count() == (1 if what == ANSWER else 0)
        database.proxy.at(b"another name", what)
        with pytest.raises(psycopg.Error) as caught:
            conn.execute("SELECT id FROM people WHERE name = %s", ["another name"])
        assert caught.value.sqlstate == "08006"
        assert count(conn, "people") == database.count()


def test_a_block_that_lost_its_line_cannot_be_committed(database, server):
    with server.connect() as conn:
        conn.execute("BEGIN")
        copy_in(conn, COPY, people())
        database.proxy.at(b"later rows", REQUEST)
        assert fails(conn, people(ROWS)) == "08006"
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            conn.execute("SELECT 1")
        assert conn.execute("COMMIT").statusmessage == "ROLLBACK"
        assert database.count() == 0
        assert copy_in(conn, COPY, people()) == ROWS


def test_a_line_that_broke_while_nobody_spoke(database, server):
    """One error, whatever comes first; nothing is tried again behind the client's back."""
    with server.connect() as conn, server.connect() as in_block:
        for client in (conn, in_block):
            client.execute("SELECT 1")
        in_block.execute("BEGIN")
        copy_in(in_block, COPY, people())
        database.end_connections()
        assert fails(conn) == "08006"
        assert copy_in(conn, COPY, people(ROWS)) == ROWS
        with pytest.raises(psycopg.Error) as caught:
            in_block.execute("COMMIT")
        assert caught.value.sqlstate == "08007"
        assert database.count() == ROWS


# ---- The database stops ------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["describe", "first rows", "later rows", "commit"])
def test_the_database_is_killed(database, server, step):
    """Refused while it is away, served when it is back, by the same connection of the client."""
    with server.connect() as conn:
        database.proxy.at(word(database, step), database.kill)
        try:
            assert fails(conn) == ("08007" if step == "commit" else "08006")
            assert fails(conn) == "08006"
            with pytest.raises(psycopg.OperationalError):
                server.connect()
        finally:
            database.proxy.happened.wait(servers.PATIENCE)  # the dead are not started twice
            database.start()
        assert database.count() == 0
        assert copy_in(conn, COPY, people()) == ROWS
        with server.connect() as other:
            assert count(other, "people") == ROWS


@pytest.fixture
def beside_file(database, tmp_path):
    file = f"file=sqlite:{tmp_path / 'file.db'}"
    server = servers.Pgcopyd(tmp_path, "--database", file, behind=database)
    yield server
    server.stop()


def test_a_database_that_is_silent_for_a_while(database, beside_file):
    """Who waits for it gets the answer when it comes; who asks another database does not wait."""
    with beside_file.connect() as conn, beside_file.connect(dbname="file") as other, \
            futures.ThreadPoolExecutor(1) as pool:
        conn.execute("SELECT 1")
        other.execute("CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(3000))")
        with database.proxy.held():
            waiting = pool.submit(copy_in, conn, COPY, people())
            assert copy_in(other, COPY, people()) == ROWS
            with beside_file.connect(dbname="file") as third:
                assert count(third, "people") == ROWS
            assert not waiting.done()
        assert waiting.result(servers.PATIENCE) == ROWS
        assert database.count() == ROWS


# ---- Several nodes -----------------------------------------------------------------------------


@pytest.fixture
def silent():
    """A node that is reached, and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


def test_the_first_node_that_answers_is_taken(database, silent, tmp_path):
    """One refuses, one is silent, the third one works; and the next client does not wait again."""
    ports = [1, silent, database.port()]
    url = database.through(ports) + ";connect_timeout=2"
    server = servers.Pgcopyd(tmp_path, behind=types.SimpleNamespace(url=url, leaks=database.leaks))
    took = []
    for _ in range(2):
        began = servers.time.monotonic()
        with server.connect() as conn:
            assert copy_in(conn, COPY, people(ROWS * len(took))) == ROWS
        took.append(servers.time.monotonic() - began)
    server.stop()
    assert took[0] > 1.5 > took[1]


def test_a_client_moves_on_when_its_node_is_lost(database, tmp_path):
    url = database.through([database.proxy.port, database.port()])
    server = servers.Pgcopyd(tmp_path, behind=types.SimpleNamespace(url=url, leaks=database.leaks))
    with server.connect() as conn:
        database.proxy.at(b"later rows", REQUEST)
        assert fails(conn) == "08006"
        database.proxy.at(b"first rows", REQUEST)  # it does not come by here any more
        assert copy_in(conn, COPY, people()) == ROWS
        assert not database.proxy.happened.is_set()
    server.stop()


def test_a_login_that_is_refused_is_not_tried_elsewhere(database, tmp_path):
    ports = [database.port(), database.proxy.port]
    url = database.through(ports).replace("User=root", "User=nobody") \
        .replace("Username=postgres", "Username=nobody")
    database.proxy.at(b"nobody", REQUEST)
    server = servers.Pgcopyd(tmp_path, behind=types.SimpleNamespace(url=url, leaks=database.leaks))
    with pytest.raises(psycopg.OperationalError, match="could not connect"):
        server.connect()
    assert not database.proxy.happened.is_set()
    server.stop()


# ---- Locks -------------------------------------------------------------------------------------


def test_a_deadlock_is_told_to_one_of_two(database, server):
    """Each has a key that the other one wants."""
    clients = [server.connect() for _ in range(2)]
    for n, conn in enumerate(clients):
        conn.execute("BEGIN")
        copy_in(conn, COPY, people(n * ROWS, 10))
    barrier = threading.Barrier(2)

    def load(n):
        barrier.wait()
        try:
            copy_in(clients[n], COPY, people((1 - n) * ROWS, 10))
        except psycopg.Error as error:
            return error.sqlstate
        return None

    with futures.ThreadPoolExecutor(2) as pool:
        pending = [pool.submit(load, n) for n in range(2)]
        first = pending.index(futures.wait(pending, return_when="FIRST_COMPLETED").done.pop())
        loser = first if pending[first].result() else 1 - first  # some go on behind its ROLLBACK
        assert pending[loser].result() == "40P01"
        clients[loser].execute("ROLLBACK")
        assert pending[1 - loser].result() is None
    clients[1 - loser].execute("COMMIT")
    assert database.count() == 20
    assert copy_in(clients[loser], COPY, people(2 * ROWS)) == ROWS
    for conn in clients:
        conn.close()


def test_a_lock_that_is_not_had_in_time(database, server):
    database.limit_locks()
    try:
        with server.connect() as holder, server.connect() as conn:
            holder.execute("BEGIN")
            copy_in(holder, COPY, people(0, 10))
            assert fails(conn, people(-1000)) == "55P03"
            holder.execute("COMMIT")
            assert database.count() == 10
            assert copy_in(conn, COPY, people(10)) == ROWS
    finally:
        database.unlimit_locks()
