"""Who gets in: users and passwords, SCRAM, TLS, and what strangers may try."""
import base64
import contextlib
import hashlib
import hmac
import os
import pathlib
import signal
import socket
import ssl
import struct
import subprocess
import time
import warnings
from concurrent import futures

import psycopg
import pytest

import servers
import tls
from helpers import PEOPLE, copy_in, copy_out
from tls import SSL_REQUEST, certificate, openssl
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


def reload(server, what, outcome):
    """The line that says how it went."""
    def lines():
        return [line for line in server.log_lines("reload") if f" what={what} " in line]

    before = len(lines())
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: len(lines()) > before, "no reload")
    assert ("outcome=ok" in lines()[-1]) == outcome
    return lines()[-1]


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
        reload(guarded, "users", True)
        assert logs_in(guarded, "ann", "another")
        assert WRONG.format("ann") in refusal(guarded, "ann", "pencil")
        assert WRONG.format("ben") in refusal(guarded, "ben", 'a "plain" one')
        assert conn.execute("SELECT 1").fetchone()
    users.write_text('"ann" "secret"\nnonsense\n')
    assert f"{users}:2: " in reload(guarded, "users", False)
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


@pytest.fixture
def scram_oracle(oracle):
    """PostgreSQL, which asks ann for her password."""
    rules = pathlib.Path(oracle.folder, "data/pg_hba.conf")
    before = rules.read_text()
    with oracle.connect() as conn:
        conn.execute("CREATE USER ann PASSWORD 'pencil'")
        rules.write_text("host all ann 127.0.0.1/32 scram-sha-256\n" + before)
        conn.execute("SELECT pg_reload_conf()")
        servers.wait_until(lambda: asks_for_a_password(oracle), "the rules are not read")
        yield oracle
        rules.write_text(before)
        conn.execute("SELECT pg_reload_conf()")
        conn.execute("DROP USER ann")


def asks_for_a_password(server):
    return Startup(server, "ann").authentication()[0] == 10


def told(server, first, final=None, mechanism=b"SCRAM-SHA-256"):
    """What a server says last: the words of its refusal, or that it goes on."""
    client = Startup(server, "ann")
    client.mechanisms()
    client.sasl_initial(mechanism, first)
    kind, body = client.message()
    if kind == b"R" and final is not None:
        client.send(b"p", final.replace(b"NONCE", body[6:].split(b",")[0]))
        kind, body = client.message()
    fields = client.fields(body) if kind == b"E" else {}
    return kind, [fields.get(key) for key in "SCMD"]


@pytest.mark.parametrize("first", [
    b"", b"n", b"n,", b"n,,", b"n,,n", b"n,,n=", b"n,,n=,", b"n,,n=,r", b"n,,n=,r=", b"n,,n=,r=a,",
    b"n,,n=,r=a,b", b"n,,n=,r=a,1=2", b"n,,n=,r=a,b=2", b"y,,n=,r=a", b"p=x,,n=,r=a", b"x",
    b"n,a=x,n=,r=a", b"n,,m=x,n=,r=a", b"n,,r=a,n=", b"\xff", b"n,,n=,r=\x7f", b"n,,n=,r=a\0",
    b"n,,n=,r=\xc3\xa4"])
def test_a_first_message_is_judged_as_postgresql_does(guarded, scram_oracle, first):
    assert told(guarded, first) == told(scram_oracle, first)
    assert told(guarded, first, mechanism=b"X") == told(scram_oracle, first, mechanism=b"X")


PROOF = b"A" * 43 + b"="


@pytest.mark.parametrize("final", [
    b"", b"c", b"c=", b"c=biws", b"c=biws,", b"c=eSws,r=NONCE,p=" + PROOF, b"c=biws,r=NONCE",
    b"c=biws,r=NONCE,", b"c=biws,r=NONCEx,p=" + PROOF, b"c=biws,r=NONCE,p=",
    b"c=biws,r=NONCE,p=AAAA", b"c=biws,r=NONCE,p=" + PROOF + b",x=1",
    b"c=biws,r=NONCE,x=1,p=" + PROOF, b"c=biws,r=NONCE,p=" + PROOF,
    b"c=biws,r=NONCE,p=!" + PROOF[1:], b"r=NONCE,c=biws,p=" + PROOF,
    b"c=biws,r=NONCE,1=x,p=" + PROOF, b"c=biws,r=NONCE,p" + PROOF])
def test_a_final_message_is_judged_as_postgresql_does(guarded, scram_oracle, final):
    first = b"n,,n=,r=abc"
    assert told(guarded, first, final) == told(scram_oracle, first, final)


# ---- Passwords in clear text, and trust ------------------------------------------------------


def test_password_on_loopback(start, users):
    server = start("--auth", "password", "--users", str(users))
    assert logs_in(server, "ann", "pencil")
    assert logs_in(server, "ben", 'a "plain" one')
    for user, password in ("ann", "wrong"), ("nobody", "pencil"):
        began = time.monotonic()
        assert WRONG.format(user) in refusal(server, user, password)
        assert time.monotonic() - began >= DELAY


def test_the_config_file_has_these_keys(start, users, ca, tmp_path):
    config = tmp_path / "pgcopyd.ini"
    config.write_text(f"[pgcopyd]\nauth = scram-sha-256\nusers = {users}\ninsecure-trust = no\n"
                      f"tls-cert = {ca.pair[0]}\ntls-key = {ca.pair[1]}\n")
    server = start("--config", str(config))
    assert logs_in(server, "ann", "pencil", **ca.verify)


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


# ---- TLS -------------------------------------------------------------------------------------

@pytest.fixture
def secure(start, users, ca):
    return start("--users", str(users), *ca.args)


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_psycopg_by_tls(secure, ca, mode):
    with secure.connect(user="ann", password="pencil", **{**ca.verify, "sslmode": mode}) as conn:
        assert conn.pgconn.ssl_in_use
        conn.execute(PEOPLE)
        rows = b"".join(b"%d\tname %d\t\\N\n" % (i, i) for i in range(20_000))
        assert copy_in(conn, "COPY people FROM STDIN", rows) == 20_000
        assert copy_out(conn, "COPY people TO STDOUT") == rows
    assert " tls=TLSv1.3" in secure.log_lines("connect")[0]


def test_psql_by_tls(secure, ca, monkeypatch):
    uri = f"host=localhost hostaddr=127.0.0.1 port={secure.port} user=ann dbname=main " \
          f"password=pencil sslmode=verify-full sslrootcert={ca.root[0]} channel_binding=require"
    done = subprocess.run(["psql", "-X", uri, "-Atc", "\\conninfo", "-c", "SELECT 1"],
                          capture_output=True, text=True, timeout=servers.PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "SSL connection (protocol: TLSv1.3" in done.stdout and done.stdout.endswith("1\n")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_versions(secure, ca, version):
    with secure.connect(user="ann", password="pencil", ssl_min_protocol_version=version,
                        ssl_max_protocol_version=version, **ca.verify) as conn:
        assert conn.execute("SELECT 1").fetchone()
    assert f" tls={version}" in secure.log_lines("connect")[0]


def test_what_is_older_than_tls_1_2_is_refused(secure, ca):
    context = ca.context()
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with secure.socket() as sock, pytest.raises(ssl.SSLError):
        context.wrap_socket(sock, server_hostname="localhost")
    secure.wait_for_log("event=tls")


def test_a_certificate_of_somebody_else_is_noticed(secure, ca, tmp_path):
    other = certificate(tmp_path, "other")
    assert "certificate verify failed" in refusal(secure, "ann", "pencil", sslmode="verify-full",
                                                  sslrootcert=str(other[0]))


@pytest.mark.parametrize("key, digest", [
    (("-newkey", "rsa:2048"), "-sha1"),
    (("-newkey", "rsa:2048"), "-sha384"),
    (("-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss"), "-sha512"),
    (("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"), "-sha256"),
])
def test_channel_binding(start, users, tmp_path, key, digest):
    server = start("--users", str(users), *tls.options(certificate(tmp_path, "one", key, digest)))
    assert logs_in(server, "ann", "pencil", sslmode="require", channel_binding="require")
    assert WRONG.format("ann") in refusal(server, "ann", "wrong", sslmode="require",
                                          channel_binding="require")


def test_a_certificate_without_a_digest_binds_nothing(start, users, tmp_path):
    pair = certificate(tmp_path, "one", ("-newkey", "ed25519"))
    server = start("--users", str(users), *tls.options(pair))
    assert logs_in(server, "ann", "pencil", sslmode="require", channel_binding="disable")


def test_without_tls_scram_binds_nothing(secure):
    assert "channel binding" in refusal(secure, "ann", "pencil", sslmode="disable",
                                        channel_binding="require")


def test_password_by_tls(start, users, ca):
    server = start("--auth", "password", "--users", str(users), *ca.args)
    assert logs_in(server, "ann", "pencil", **ca.verify)
    assert WRONG.format("ann") in refusal(server, "ann", "wrong", **ca.verify)


def test_large_copies_by_tls(secure, ca):
    """Both directions are full at once where a client sends and does not read."""
    with secure.connect(user="ann", password="pencil", **ca.verify) as conn:
        conn.execute(f"CREATE TABLE t (a INT, b {secure.behind.text})")
        value = b"x" * 300_000
        rows = b"".join(b"%d\t%s\n" % (i, value) for i in range(50))
        assert copy_in(conn, "COPY t FROM STDIN", rows) == 50
        assert copy_out(conn, "COPY t TO STDOUT") == rows


def test_a_cancel_by_tls(secure, ca):
    client = Startup(secure, "ann", ca.connect(secure))
    assert client.mechanisms() == [b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"]
    with ca.connect(secure) as sock:
        sock.sendall(struct.pack("!iii", 16, 80877102, 1) + b"four")
        assert sock.recv(1) == b""  # close_notify: anything else would be an error here


@pytest.mark.parametrize("alpn, direct", [(("postgresql",), True), (("h2", "postgresql"), True),
                                          (("postgresql",), False), ((), False)])
def test_alpn_and_direct_tls(secure, ca, alpn, direct):
    with ca.connect(secure, alpn, direct) as sock:
        assert sock.selected_alpn_protocol() == ("postgresql" if alpn else None)
        assert b"SCRAM-SHA-256-PLUS" in Startup(secure, "ann", sock).mechanisms()


@pytest.mark.parametrize("direct", [True, False])
def test_another_protocol_of_alpn_is_refused(secure, ca, direct):
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        ca.connect(secure, ("h2",), direct)


def test_direct_tls_needs_alpn(secure, ca):
    with ca.connect(secure, ()) as sock:
        assert sock.recv(1) == b""  # close_notify
    secure.wait_for_log("direct TLS without ALPN")


def test_direct_tls_where_there_is_none_is_a_silent_end(guarded, ca):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ca.connect(guarded)


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_client_hello_may_come_in_pieces(secure, ca, pieces):
    with secure.socket() as sock:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = ca.context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with pytest.raises(ssl.SSLWantReadError):
            client.do_handshake()
        hello = outgoing.read()
        for i in range(0, len(hello), pieces):
            sock.sendall(hello[i:i + pieces])
            time.sleep(0.001)
        incoming.write(sock.recv(65536))
        client.do_handshake()


def test_clear_text_behind_sslrequest_ends_it(secure):
    with secure.socket() as sock:
        sock.sendall(SSL_REQUEST + b"\0\0\0\x10injected")
        answer = b"".join(iter(lambda: sock.recv(4096), b""))
    assert answer.startswith(b"SE") and b"received unencrypted data after SSL request" in answer


GARBAGE = {
    "packet": b"\0\0\0\x10injected",
    "http": b"GET / HTTP/1.0\r\n\r\n",
    "alert": b"\x16\3\1\0\2\1\0",
    "long record": b"\x16" + b"\xff" * 20_000,
    "long": b"\x80" * 40_000,
}


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("asked", [True, False])
def test_garbage_for_a_client_hello(secure, kind, asked):
    with secure.socket() as sock, contextlib.suppress(ConnectionError):
        if asked:
            sock.sendall(SSL_REQUEST)
            assert sock.recv(1) == b"S"
        sock.sendall(GARBAGE[kind])
        with contextlib.suppress(OSError):  # it may have been closed already
            sock.shutdown(socket.SHUT_WR)
        while part := sock.recv(4096):
            assert b"FATAL" not in part
    assert logs_in(secure, "ann", "pencil", sslmode="require")


def test_garbage_behind_the_handshake(secure, ca):
    with ca.connect(secure) as sock:
        raw = socket.socket(fileno=os.dup(sock.fileno()))
        raw.settimeout(servers.PATIENCE)
        raw.sendall(b"\0" * 100)
        with contextlib.suppress(ConnectionError):
            while raw.recv(4096):
                pass
        raw.close()
    assert logs_in(secure, "ann", "pencil", sslmode="require")


def test_who_stalls_in_the_handshake_blocks_nobody(secure, ca):
    stalled = [secure.socket() for _ in range(5)]
    for n, sock in enumerate(stalled):
        sock.sendall(SSL_REQUEST)
        assert sock.recv(1) == b"S"
        sock.sendall(b"\x16\3\1\1\0"[:n])
    assert logs_in(secure, "ann", "pencil", sslmode="require")
    secure.terminate()
    assert secure.process.wait(servers.PATIENCE) == 0
    for sock in stalled:
        with contextlib.suppress(ConnectionError):
            assert b"57P01" not in sock.recv(4096)  # nothing in clear text behind S
        sock.close()


def test_a_stop_is_told_by_tls(secure, ca):
    conn = secure.connect(user="ann", password="pencil", **ca.verify)
    client = Startup(secure, "ann", ca.connect(secure))
    client.mechanisms()
    secure.terminate()
    assert secure.process.wait(servers.PATIENCE) == 0
    with pytest.raises(psycopg.OperationalError, match="terminating connection due to admin"):
        conn.execute("SELECT 1")
    assert client.fields(client.until(b"E")[-1][1])["C"] == "57P01"
    assert client.socket.recv(1) == b""  # close_notify


def test_sighup_takes_a_new_certificate(start, users, ca, tmp_path):
    cert, key = certificate(tmp_path, "old")
    server = start("--users", str(users), "--tls-cert", str(cert), "--tls-key", str(key))
    mode = dict(sslmode="verify-full", sslrootcert=str(cert))
    with server.connect(user="ann", password="pencil", **mode) as conn:
        for target, new in zip((cert, key), ca.pair):
            target.write_bytes(new.read_bytes())
        reload(server, "tls", True)
        assert logs_in(server, "ann", "pencil", **ca.verify)
        key.write_text("nonsense")
        assert "cannot use the key in " in reload(server, "tls", False)
        assert logs_in(server, "ann", "pencil", **ca.verify)
        assert conn.execute("SELECT 1").fetchone()


@pytest.mark.parametrize("cert, key, words", [
    ("/no/such/file", "{key}", "cannot read /no/such/file: No such file or directory"),
    ("{cert}", "/no/such/file", "cannot read /no/such/file: No such file or directory"),
    ("{key}", "{key}", "cannot use the certificate in {key}: "),
    ("{cert}", "{cert}", "cannot use the key in {cert}: "),
    ("{cert}", "{other}", "cannot use the key in {other}: key values mismatch"),
    ("{cert}", "{locked}", "cannot use the key in {locked}: "),
])
def test_a_bad_certificate_or_key_is_one_line_and_1(ca, tmp_path, cert, key, words):
    names = {"cert": ca.pair[0], "key": ca.pair[1], "other": ca.root[1], "locked": tmp_path / "locked"}
    openssl("pkey", "-in", ca.pair[1], "-aes128", "-passout", "pass:secret", "-out", names["locked"])
    done = run("--tls-cert", cert.format(**names), "--tls-key", key.format(**names), *DISCARD)
    assert done.returncode == 1
    assert done.stderr.startswith("pgcopyd: " + words.format(**names))
    assert done.stderr.count("\n") == 1


def test_secrets_are_not_logged(secure, ca):
    refusal(secure, "ann", "wrong-secret", **ca.verify)
    logs_in(secure, "ben", 'a "plain" one', **ca.verify)
    for secret in "wrong-secret", "plain", "SCRAM-SHA-256$", "pencil":
        assert secret not in secure.log()
