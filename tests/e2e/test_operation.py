"""How pgcopyd starts, stops, refuses, logs and keeps its clients apart."""
import re
import signal
import socket
import struct
import subprocess
import time
from concurrent import futures

import psycopg
import pytest

import servers
from helpers import PEOPLE, copy_in, copy_out, count
from wire import Wire

DISCARD = ("--database", "main=discard:")


def run(*args):
    return subprocess.run([servers.pgcopyd_path(), *args], capture_output=True, text=True,
                          timeout=servers.PATIENCE)


# ---- Start -----------------------------------------------------------------------------------


def test_it_says_where_it_listens(server):
    assert server.line == f"pgcopyd: listening on 127.0.0.1:{server.port}\n"
    assert server.port > 0


def test_help_and_version():
    done = run("--help")
    assert done.returncode == 0 and not done.stderr
    for option in ("config", "listen", "database", "auth", "users", "insecure-trust", "tls-cert", "tls-key", "max-clients",
                   "connection-limit", "workers", "copy-idle-timeout", "log-level", "version", "help"):
        assert f"--{option} " in done.stdout
    done = run("--version")
    assert done.returncode == 0 and re.fullmatch(r"pgcopyd \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("args", [
    (),
    ("--what", "x", *DISCARD),
    ("what",),
    ("-l", "x"),
    ("--listen",),
    ("--listen", "nowhere", *DISCARD),
    ("--listen", "127.0.0.1:70000", *DISCARD),
    ("--database", "main"),
    ("--database", "=discard:"),
    ("--database", "main=mysql://secret"),
    ("--database", "main=sqlite:"),
    ("--database", "main=odbc:"),
    ("--database", "main=discard:secret"),
    (*DISCARD, *DISCARD),
    ("--workers", "0", *DISCARD),
    ("--workers", "4x", *DISCARD),
    ("--workers", "2", "--workers", "3", *DISCARD),
    ("--max-clients", "-1", *DISCARD),
    ("--connection-limit", "4", *DISCARD),
    ("--connection-limit", "main=0", *DISCARD),
    ("--connection-limit", "other=1", *DISCARD),
    ("--connection-limit", "main=1", "--connection-limit", "main=2", *DISCARD),
    ("--copy-idle-timeout", "99999999999999999999", *DISCARD),
    ("--log-level", "loud", *DISCARD),
    ("--auth", "scram-sha-256", *DISCARD),
    ("--auth", "password", *DISCARD),
    ("--tls-cert", "file", *DISCARD),
    ("--tls-key", "file", *DISCARD),
])
def test_wrong_usage_is_one_line_and_2(args):
    done = run(*args)
    assert done.returncode == 2
    assert not done.stdout
    assert re.fullmatch(r"pgcopyd: [^\n]+\n", done.stderr)
    assert "secret" not in done.stderr


def test_a_port_in_use_is_one_line_and_1(server):
    done = run("--listen", f"127.0.0.1:{server.port}", *DISCARD)
    assert done.returncode == 1
    assert not done.stdout
    assert done.stderr == f"pgcopyd: cannot listen on 127.0.0.1:{server.port}: " \
                          "address already in use\n"


def test_the_config_file_has_the_same_keys(start, tmp_path):
    config = tmp_path / "pgcopyd.ini"
    config.write_text("; a comment\n[pgcopyd]\nlog-level = debug\nmax-clients = 1\n"
                      "[databases]\nmain = odbc:Driver=/no/such/driver\nsink = discard:\n")
    server = start("--config", str(config), "--max-clients", "2")
    with server.connect(), server.connect(dbname="sink"):  # the command line wins
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            server.connect()


@pytest.mark.parametrize("text, line", [
    ("[pgcopyd]\nwhat = 1\n", 2),
    ("[pgcopyd]\nworkers = 1\nworkers = 2\n", 3),
    ("[elsewhere]\nworkers = 1\n", 2),
    ("[databases]\na = discard:\na = discard:\n", 3),
    ("[databases]\na = discard:\n  and more\n", 3),
    ("[databases]\na = odbc:" + "x" * 500 + "\n", 2),
    ("[pgcopyd]\nnonsense\n", 2),
    ("[pgcopyd]\nconfig = other.ini\n", 2),
])
def test_a_wrong_config_file_names_its_line(tmp_path, text, line):
    config = tmp_path / "pgcopyd.ini"
    config.write_text(text)
    done = run("--config", str(config), *DISCARD)
    assert done.returncode == 2
    assert re.fullmatch(rf"pgcopyd: {config}:{line}: [^\n]+\n", done.stderr)


def test_a_missing_config_file_is_1():
    done = run("--config", "/no/such/file", *DISCARD)
    assert done.returncode == 1
    assert done.stderr == "pgcopyd: cannot read /no/such/file: No such file or directory\n"


# ---- Stop ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_clients_are_told(server, number):
    conn = server.connect()
    server.process.send_signal(number)
    assert server.process.wait(servers.PATIENCE) == 0
    with pytest.raises(psycopg.OperationalError, match="terminating connection due to admin"):
        conn.execute("SELECT 1")


def test_a_copy_that_runs_may_finish(server):
    conn, idle = server.connect(), server.connect()
    conn.execute(PEOPLE)
    with conn.cursor().copy("COPY people FROM STDIN") as copy:
        copy.write(b"1\tAnn\t\\N\n" * 1)
        server.terminate()
        server.wait_for_log("stage=draining")
        with pytest.raises(psycopg.OperationalError):
            idle.execute("SELECT 1")
        with pytest.raises(ConnectionRefusedError):
            server.socket()
        copy.write(b"2\tBen\t\\N\n")
    assert server.process.wait(servers.PATIENCE) == 0
    assert server.rows("SELECT count(*) FROM people") == [(2,)]


def test_a_second_signal_ends_at_once(server):
    conn = server.connect()
    conn.execute(PEOPLE)
    client = Wire(server)
    client.query("COPY people FROM STDIN")
    client.until(b"G")
    client.send(b"d", b"1\tAnn\t\\N\n")
    server.terminate()
    server.wait_for_log("stage=draining")
    server.terminate()
    kind, body = client.until(b"E")[-1]
    assert client.fields(body)["C"] == "57P01"
    assert server.process.wait(servers.PATIENCE) == 0
    assert server.rows("SELECT count(*) FROM people") == [(0,)]


@pytest.mark.needs("a query in pieces")
def test_who_does_not_listen_is_left_behind(start, behind):
    """One has said nothing yet, one does not read: after a second signal, neither may stay."""
    server = start("--workers", "1")
    with server.socket() as silent:
        lazy = Wire(server, receive_bytes=4096)
        lazy.query(f"COPY ({behind.endless}) TO STDOUT")
        lazy.until(b"H")
        time.sleep(0.5)
        server.terminate()
        server.wait_for_log("stage=draining")
        server.terminate()
        assert server.process.wait(servers.PATIENCE) == 0
        assert silent.recv(1000).count(b"57P01") <= 1


# ---- Clients ---------------------------------------------------------------------------------


def test_an_unknown_database(server):
    with pytest.raises(psycopg.OperationalError) as caught:
        server.connect(dbname="nope")
    assert 'FATAL:  database "nope" does not exist' in str(caught.value)


def test_any_name_is_served_by_the_star(start):
    server = start("--database", "*=discard:")
    with server.connect(dbname="anything at all") as conn:
        assert copy_in(conn, "COPY t FROM STDIN", b"1\t2\n") == 1


def test_rows_are_thrown_away_by_workers(start):
    """Eight clients, two threads: each has batches out while it decodes the next."""
    server = start("--database", "sink=discard:worker", "--workers", "2")

    def copy(_):
        with server.connect(dbname="sink") as conn:
            return copy_in(conn, "COPY t FROM STDIN", b"1\t2\n" * 50_000)

    with futures.ThreadPoolExecutor(8) as clients:
        assert list(clients.map(copy, range(8))) == [50_000] * 8


@pytest.mark.parametrize("url", ["sqlite:/no/such/folder/secret.db",
                                 "odbc:Driver=SQLite3;Database=/no/such/folder/secret.db",
                                 "odbc:Driver=/no/such/secret.so", "odbc:DSN=secret"])
def test_a_database_out_of_reach(start, url):
    server = start("--database", f"far={url}")
    client = socket.create_connection((server.host, server.port))
    words = b"user\0u\0database\0far\0\0"
    client.sendall(struct.pack("!ii", 8 + len(words), 0x30000) + words)
    answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert b"C08006\0" in answer and b"SFATAL\0" in answer
    for told in (b"secret", b"/no", b"river", b"unixODBC"):
        assert told not in answer
    assert "database far is not reachable" in server.log_lines("open")[0]
    assert "level=error" in server.log_lines("open")[0]
    assert "secret" not in server.log()  # only level debug has the driver's words
    with server.connect() as conn:
        assert conn.execute("SELECT 1").fetchone()


def test_the_drivers_words_are_for_the_debug_log(start):
    server = start("--database", "far=odbc:Driver=/no/such/secret.so", "--log-level", "debug")
    with pytest.raises(psycopg.OperationalError):
        server.connect(dbname="far")
    server.wait_for_log("event=driver")
    assert "secret.so" in server.log()


def test_too_many_clients(start):
    server = start("--max-clients", "2")
    with server.connect() as one, server.connect():
        with pytest.raises(psycopg.OperationalError) as caught:
            server.connect()
        assert "FATAL:  sorry, too many clients already" in str(caught.value)
        one.close()
        servers.wait_until(lambda: takes_a_client(server), "no place was given back")


def takes_a_client(server):
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def test_too_many_connections_for_a_database(start, tmp_path):
    """The command line wins; a name that is served by another's entry counts as that one."""
    config = tmp_path / "pgcopyd.ini"
    config.write_text("[pgcopyd]\nconnection-limit = main=9\nconnection-limit = *=1\n"
                      "[databases]\nsink = discard:\n* = discard:\n")
    server = start("--config", str(config), "--connection-limit", "main=2")
    with server.connect() as one, server.connect():
        for _ in range(3):
            with pytest.raises(psycopg.OperationalError) as caught:
                server.connect()
            assert 'FATAL:  too many connections for database "main"' in str(caught.value)
        for _ in range(3):
            server.connect(dbname="sink")
        with server.connect(dbname="any"), \
                pytest.raises(psycopg.OperationalError, match='for database "other"'):
            server.connect(dbname="other")
        one.close()
        servers.wait_until(lambda: takes_a_client(server), "no place was given back")


def test_who_waits_for_a_lock_does_not_hold_up_who_has_it(start, sets):
    """SQLite has one writer at a time: with one worker, a second one would block it for good."""
    server = start("--workers", "1")
    with server.connect() as conn:
        conn.execute(PEOPLE)
    clients = [server.connect() for _ in range(6)]
    began = time.monotonic()
    for client in clients:
        client.execute("BEGIN")

    def load(n):
        for part in range(3):
            copy_in(clients[n], "COPY people FROM STDIN",
                    b"".join(b"%d\tx\t\\N\n" % (n * 100_000 + part * 10_000 + i) for i in range(5000)))
        clients[n].execute("COMMIT")

    with futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(load, range(6)))
    assert server.rows("SELECT count(*) FROM people") == [(90_000,)]
    assert time.monotonic() - began < 50  # the database itself gives up after 60 s
    for client in clients:
        client.close()


@pytest.mark.parametrize("leave", ["fin", "rst"])
def test_a_client_that_leaves_in_mid_copy_stores_nothing(server, leave):
    with server.connect() as conn:
        conn.execute(PEOPLE)
    client = Wire(server)
    client.query("COPY people FROM STDIN")
    client.until(b"G")
    client.send(b"d", b"".join(b"%d\tname\t\\N\n" % i for i in range(50_000)))
    if leave == "rst":
        client.leave_abruptly()
    else:
        client.socket.close()
    servers.wait_until(lambda: server.log_lines("copy"), "no end of the COPY in the log")
    assert "outcome=ok" not in server.log_lines("copy")[0]
    assert server.rows("SELECT count(*) FROM people") == [(0,)]
    with server.connect() as conn:
        assert copy_in(conn, "COPY people FROM STDIN", b"1\tAnn\t\\N\n") == 1


@pytest.mark.needs("a query in pieces")
def test_a_client_that_does_not_read_blocks_nobody(start, behind, sets):
    server = start("--workers", "1")
    with server.connect() as conn:
        conn.execute(PEOPLE)
        lazy = Wire(server, receive_bytes=4096)
        lazy.query(f"COPY ({behind.endless}) TO STDOUT")
        lazy.until(b"H")
        time.sleep(0.5)  # until all that lies between is full
        assert copy_in(conn, "COPY people FROM STDIN", b"1\tAnn\t\\N\n") == 1
        assert copy_out(conn, "COPY people TO STDOUT") == b"1\tAnn\t\\N\n"
        lazy.leave_abruptly()
        servers.wait_until(lambda: len(server.log_lines("copy")) == 3, "the COPY goes on")


def test_a_silent_copy_ends_by_its_timeout(start):
    server = start("--copy-idle-timeout", "1")
    with server.connect() as conn:
        conn.execute(PEOPLE)
        client = Wire(server)
        client.query("COPY people FROM STDIN")
        client.until(b"G")
        began = time.monotonic()
        for i in range(4):  # slow is not silent
            client.send(b"d", b"%d\tx\t\\N\n" % i)
            time.sleep(0.5)
        fields = client.fields(client.until(b"E")[-1][1])
        assert time.monotonic() - began > 2
        assert fields["S"] in ("ERROR", "FATAL")
        assert count(conn, "people") == 0


# ---- Cancel ----------------------------------------------------------------------------------


def test_cancel_of_copy_from(server):
    with server.connect() as conn:
        conn.execute(PEOPLE)
        with pytest.raises(psycopg.errors.QueryCanceled):
            with conn.cursor().copy("COPY people FROM STDIN") as copy:
                copy.write(b"1\tAnn\t\\N\n")
                conn.cancel()
                for i in range(2, 100_000):
                    copy.write(b"%d\tx\t\\N\n" % i)
        assert count(conn, "people") == 0


@pytest.mark.needs("a query in pieces")
def test_cancel_of_copy_to(server, behind):
    with server.connect() as conn:
        with pytest.raises(psycopg.errors.QueryCanceled) as caught:
            with conn.cursor().copy(f"COPY ({behind.endless}) TO STDOUT") as copy:
                for n, _ in enumerate(copy):
                    if n == 1000:
                        conn.cancel()
        assert caught.value.diag.message_primary == "canceling statement due to user request"
        assert conn.execute("SELECT 1").fetchone()


def test_cancel_does_not_wait_for_the_worker_it_frees(start, behind):
    """The only worker is inside the database, the server is full, and cancel gets through."""
    server = start("--workers", "1", "--max-clients", "1")
    client = Wire(server)
    client.query(f"SELECT count(*) FROM ({behind.endless}) AS endless")
    time.sleep(0.5)
    for secret in (b"\0" * len(client.secret), client.secret):
        with server.socket() as cancel:
            cancel.sendall(struct.pack("!iii", 12 + len(secret), 80877102, client.pid) + secret)
            assert cancel.recv(1) == b""
    fields = client.fields(client.until(b"E")[-1][1])
    assert fields["C"] == "57014"
    assert client.until(b"Z")[-1] == (b"Z", b"I")


# ---- The log ---------------------------------------------------------------------------------


def test_a_line_for_each_copy_and_never_a_value(server):
    with server.connect(user="odd \"user\"") as conn:
        conn.execute(PEOPLE)
        copy_in(conn, "COPY people FROM STDIN", b"1\tvery-private\t\\N\n2\tvery-private\t\\N\n")
        copy_out(conn, "COPY people TO STDOUT")
        copy_out(conn, "COPY (SELECT name FROM people) TO STDOUT")
        with pytest.raises(psycopg.Error):
            copy_in(conn, "COPY people FROM STDIN", b"very-private\tx\t\\N\n")
    server.wait_for_log("event=disconnect")
    into, out, query, failed = server.log_lines("copy")
    assert re.fullmatch(
        r'time=\S+Z level=info event=copy client=\d+ user="odd \\"user\\"" database=main '
        r"table=people direction=in rows=2 bytes=36 seconds=\d+\.\d{6} rows/s=\d+ outcome=ok",
        into)
    assert " direction=out rows=2 bytes=36 " in out
    assert ' table="" direction=out rows=2 ' in query
    assert " direction=in " in failed and failed.endswith(" outcome=22P02")
    assert "very-private" not in server.log()


@pytest.mark.parametrize("refused,line", [
    ("COPY nobody FROM STDIN", "table=nobody direction=in rows=0 bytes=0 .* outcome=42P01"),
    ("COPY nobody TO STDOUT", "table=nobody direction=out rows=0 bytes=0 .* outcome=42P01"),
    ("COPY people (nothing) FROM STDIN", "table=people direction=in .* outcome=42703"),
    ("COPY people FROM '/etc/passwd'", "table=people direction=in .* outcome=42501"),
])
def test_a_copy_that_is_refused_before_it_begins_has_its_line(server, refused, line):
    with server.connect(autocommit=True) as conn:
        conn.execute(PEOPLE)
        with pytest.raises(psycopg.Error):
            conn.execute(refused)
        copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n")
    server.wait_for_log("event=disconnect")
    first, second = server.log_lines("copy")
    assert re.search(line, first)
    assert second.endswith("outcome=ok")


def test_levels(start):
    server = start("--log-level", "error")
    with server.connect() as conn:
        conn.execute(PEOPLE)
        copy_in(conn, "COPY people FROM STDIN", b"1\tx\t\\N\n")
    server.stop()
    assert server.log() == ""


# ---- Progress --------------------------------------------------------------------------------


def progress(conn, what="*"):
    return conn.execute(f"SELECT {what} FROM pg_stat_progress_copy").fetchall()


def test_copies_that_run_are_seen_by_all(server):
    with server.connect() as one, server.connect() as two:
        assert progress(two) == []
        one.execute(PEOPLE)
        rows = b"".join(b"%d,Ann,\n" % i for i in range(5000))
        with one.cursor().copy("COPY people FROM STDIN (FORMAT csv, ON_ERROR ignore)") as copy:
            copy.write(b"x,Ann,\n" + rows)
            deadline = time.monotonic() + servers.PATIENCE
            while not (seen := progress(two)) or seen[0][8] < 4000:
                assert time.monotonic() < deadline
            (pid, _, name, _, command, kind, done, total, tuples, excluded, skipped), = seen
            assert pid == one.info.backend_pid and name == one.info.dbname
            assert (command, kind, total, excluded, skipped) == ("COPY FROM", "PIPE", 0, 0, 1)
            assert 4000 <= tuples <= 5000 and 0 < done <= len(rows) + 7
            assert progress(two, "command, pid AS who") == [("COPY FROM", pid)]
        assert progress(two) == []
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            progress(two, "count(*)")
