"""Who gets in: users and passwords, SCRAM, TLS, and what strangers may try."""
import base64
import hashlib
import hmac
import signal
import subprocess
import time
from concurrent import futures

import psycopg
import pytest

import servers
from helpers import copy_in
from wire import Startup

DISCARD = ("--database", "main=discard:")
WRONG = 'FATAL:  password authentication failed for user "{}"'
DELAY = 1  # seconds, between a wrong password and the word of it


def verifier(password, salt=b"0123456789abcdef", iterations=4096):
    """As PostgreSQL keeps it in pg_authid."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{text[0]}${text[1]}:{text[2]}"


@pytest.fixture
def users(tmp_path):
    path = tmp_path / "users.txt"
    path.write_text(f'; a comment\n\n"ann" "{verifier("pencil")}" and more\n'
                    '"ben"\t"a ""plain"" one"\n')
    path.chmod(0o600)
    return path


@pytest.fixture
def guarded(start, users):
    return start("--auth", "scram-sha-256", "--users", str(users))


def logs_in(server, user, password, **more):
    with server.connect(user=user, password=password, **more) as conn:
        return conn.execute("SELECT 1").fetchone() is not None


def refusal(server, user, password, **more):
    """The words of the FATAL that a client gets."""
    with pytest.raises(psycopg.OperationalError) as caught:
        server.connect(user=user, password=password, **more)
    return str(caught.value)


def run(*args):
    return subprocess.run([servers.pgcopyd_path(), *args], capture_output=True, text=True,
                          timeout=servers.PATIENCE)


def reload(server, outcome):
    before = server.log().count("event=reload")
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: server.log().count("event=reload") > before, "no reload")
    line = server.log_lines("reload")[-1]
    assert ("outcome=ok" in line) == outcome
    return line


# ---- The users file --------------------------------------------------------------------------


@pytest.mark.parametrize("text, line", [
    ("ann secret\n", 1),
    ('"ann"\n', 1),
    ('"ann" "secret\n', 1),
    ('"ann" ""\n', 1),
    ('"" "secret"\n', 1),
    (f'"{"a" * 64}" "secret"\n', 1),
    ('; fine\n"ann" "SCRAM-SHA-256$4096:secret"\n', 2),
    (f'"ann" "md5{"5ec2e7" * 5}00"\n', 1),
    ('"ann" "secret"\n"ben" "secret"\n"ann" "secret"\n', 3),
    ('"ann" "sec\0ret"\n', 1),
])
def test_a_malformed_users_file_names_its_line(tmp_path, text, line):
    path = tmp_path / "users.txt"
    path.write_text(text)
    done = run("--users", str(path), *DISCARD)
    assert done.returncode == 1
    assert done.stderr.startswith(f"pgcopyd: {path}:{line}: ") and done.stderr.count("\n") == 1
    assert "secret" not in done.stderr and "5ec2e7" not in done.stderr


def test_a_missing_users_file():
    done = run("--users", "/no/such/file", *DISCARD)
    assert done.returncode == 1
    assert done.stderr == "pgcopyd: cannot read /no/such/file: No such file or directory\n"


def test_a_users_file_for_all_to_read_is_warned_of(start, users):
    users.chmod(0o644)
    server = start("--users", str(users))
    assert len(server.log_lines("open_file")) == 1


def test_sighup_reads_the_users_again(guarded, users):
    with guarded.connect(user="ann", password="pencil") as conn:
        users.write_text('"ann" "another"\n')
        reload(guarded, True)
        assert logs_in(guarded, "ann", "another")
        assert WRONG.format("ann") in refusal(guarded, "ann", "pencil")
        assert WRONG.format("ben") in refusal(guarded, "ben", 'a "plain" one')
        assert conn.execute("SELECT 1").fetchone()
    users.write_text('"ann" "secret"\nnonsense\n')
    assert f"{users}:2: " in reload(guarded, False)
    assert logs_in(guarded, "ann", "another")
    assert "secret" not in guarded.log()


# ---- SCRAM -----------------------------------------------------------------------------------


def test_scram_lets_in_who_knows_the_password(guarded):
    assert logs_in(guarded, "ann", "pencil")
    assert logs_in(guarded, "ben", 'a "plain" one')
    with guarded.connect(user="ann", password="pencil") as conn:
        conn.execute("CREATE TABLE t (a INT)")
        assert copy_in(conn, "COPY t FROM STDIN", b"1\n") == 1


def test_psql_logs_in(guarded, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "pencil")
    guarded.user = "ann"
    assert guarded.psql("-Atc", "SELECT 1").stdout == "1\n"


@pytest.mark.parametrize("user, password", [("ann", "Pencil"), ("ann", ""), ("nobody", "pencil")])
def test_a_wrong_password_is_told_a_second_later(guarded, user, password):
    began = time.monotonic()
    if password:
        assert WRONG.format(user) in refusal(guarded, user, password)
        assert time.monotonic() - began >= DELAY
        reason = "unknown user" if user == "nobody" else "wrong password"
        line, = guarded.log_lines("refused")
        assert f'user={user} database=main address=127.0.0.1 reason="{reason}"' in line
    else:
        assert "no password supplied" in refusal(guarded, user, password)
    assert logs_in(guarded, "ann", "pencil")


def test_the_delay_holds_up_nobody_else(guarded):
    with futures.ThreadPoolExecutor(5) as pool:
        began = time.monotonic()
        wrong = [pool.submit(refusal, guarded, "ann", "wrong") for _ in range(5)]
        guarded.wait_for_log("event=refused")
        assert logs_in(guarded, "ann", "pencil")
        assert not all(future.done() for future in wrong)
        for future in wrong:
            assert WRONG.format("ann") in future.result()
        assert time.monotonic() - began < 4 * DELAY


def test_ten_failures_are_enough(guarded):
    with futures.ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: refusal(guarded, "ann", "wrong"), range(10)))
    began = time.monotonic()
    assert "too many failed login attempts" in refusal(guarded, "ann", "pencil")
    assert time.monotonic() - began < DELAY
    assert len(guarded.log_lines("refused")) == 10


def test_a_stop_does_not_wait_for_a_verdict(guarded):
    client = Startup(guarded, "nobody")
    client.scram_first()
    client.scram_final()
    guarded.wait_for_log("event=refused")
    guarded.terminate()
    assert guarded.process.wait(servers.PATIENCE) == 0


def test_an_unknown_user_cannot_be_told_from_a_known_one(guarded):
    salts = {user: [] for user in ("nobody", "no one", "ann")}
    for user, seen in salts.items():
        for _ in range(2):
            client = Startup(guarded, user)
            first = dict(part.split("=", 1) for part in client.scram_first().split(","))
            assert first["i"] == "4096" and len(base64.b64decode(first["s"])) == 16
            seen.append(first["s"])
    assert all(one == two for one, two in salts.values())
    assert len({seen[0] for seen in salts.values()}) == 3


@pytest.mark.parametrize("mechanism, data, sqlstate, message", [
    (b"SCRAM-SHA-256", b"", "08P01", "malformed SCRAM message"),
    (b"SCRAM-SHA-256", b"nonsense", "08P01", "malformed SCRAM message"),
    (b"SCRAM-SHA-1", b"n,,n=,r=abc", "08P01",
     "client selected an invalid SASL authentication mechanism"),
    (b"SCRAM-SHA-256-PLUS", b"p=tls-server-end-point,,n=,r=abc", "08P01",
     "client selected an invalid SASL authentication mechanism"),
])
def test_malformed_scram(guarded, mechanism, data, sqlstate, message):
    client = Startup(guarded, "ann")
    assert client.mechanisms() == [b"SCRAM-SHA-256"]
    client.sasl_initial(mechanism, data)
    fields = client.fields(client.until(b"E")[-1][1])
    assert (fields["S"], fields["C"], fields["M"]) == ("FATAL", sqlstate, message)


# ---- Passwords in clear text, and trust ------------------------------------------------------


def test_password_on_loopback(start, users):
    server = start("--auth", "password", "--users", str(users))
    assert logs_in(server, "ann", "pencil")
    assert logs_in(server, "ben", 'a "plain" one')
    for user, password in ("ann", "wrong"), ("nobody", "pencil"):
        began = time.monotonic()
        assert WRONG.format(user) in refusal(server, user, password)
        assert time.monotonic() - began >= DELAY


def test_users_mean_scram_unless_said_otherwise(start, users):
    assert Startup(start("--users", str(users)), "ann").mechanisms() == [b"SCRAM-SHA-256"]
    assert logs_in(start("--users", str(users), "--auth", "trust"), "anybody", None)


@pytest.mark.parametrize("args", [
    ("--listen", "0.0.0.0:0"),
    ("--listen", "[::]:0"),
    ("--listen", "0.0.0.0:0", "--auth", "trust"),
    ("--listen", "0.0.0.0:0", "--auth", "password", "--users", "{users}"),
    ("--auth", "scram-sha-256"),
    ("--auth", "password"),
    ("--auth", "md5", "--users", "{users}"),
    ("--insecure-trust=perhaps",),
])
def test_what_would_be_open_is_refused(users, args):
    done = run(*(arg.format(users=users) for arg in args), *DISCARD)
    assert done.returncode == 2
    assert done.stderr.startswith("pgcopyd: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [("--insecure-trust",), ("--insecure-trust=yes",)])
def test_unless_it_is_insisted_on(args):
    done = run("--listen", "192.0.2.1:0", *args, *DISCARD)  # RFC 5737: nobody's address
    assert done.returncode == 1
    assert "cannot listen on 192.0.2.1:0: address not available" in done.stderr
