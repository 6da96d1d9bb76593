"""Clients that break the protocol, or its spirit: each ends as PostgreSQL would end it, and
another client goes on working meanwhile."""
import socket
import struct
import time

import pytest

from helpers import copy_in
from wire import Wire

STARTUP = struct.pack("!ii", 41, 0x30000) + b"user\0postgres\0database\0postgres\0\0"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
LIMIT = 10  # seconds, for what should take none


@pytest.fixture
def shared(launch):
    """A server with a client at work, which is asked again behind each test."""
    server = launch("--database", "*=discard:")
    with server.connect() as other:
        copy_in(other, "COPY t FROM STDIN", b"1\n")
        yield server
        copy_in(other, "COPY t FROM STDIN", b"2\n3\n")


def message(kind, body=b"", length=None):
    return kind + struct.pack("!i", 4 + len(body) if length is None else length) + body


def ends_with(server, *pieces):
    """What the server says to these bytes until it hangs up, though we do not."""
    with server.socket() as sock:
        sock.settimeout(LIMIT)
        said = bytearray()
        try:
            for piece in pieces:
                sock.sendall(piece)
            while more := sock.recv(65536):
                said += more
        except (ConnectionResetError, BrokenPipeError):
            pass  # it closed with bytes of ours unread
        return bytes(said)


@pytest.mark.parametrize("first", [
    struct.pack("!i", 0), struct.pack("!i", 3), struct.pack("!i", 7), struct.pack("!i", -1),
    struct.pack("!i", 10005), struct.pack("!i", 0x7FFFFFFF),
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), b"\xff" * 1000,
], ids=["0", "3", "7", "-1", "10005", "2147483647", "http", "ssh", "tls", "ff"])
def test_no_startup_packet_is_a_silent_end(shared, first):
    assert ends_with(shared, first) == b""


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + bytes(200),
                                    struct.pack("!i", -5)])
def test_garbage_behind_a_refused_sslrequest(shared, garbage):
    assert ends_with(shared, SSL_REQUEST, garbage) == b"N"


@pytest.mark.parametrize("kind", [b"Q", b"P", b"B", b"D", b"E", b"C", b"F", b"d", b"c", b"f", b"X", b"S", b"H"])
@pytest.mark.parametrize("length", [0, 3, -1, -2147483648, 0x7FFFFFFF])
def test_a_wrong_length_is_a_silent_end(shared, kind, length):
    client = Wire(shared)
    client.socket.settimeout(LIMIT)
    client.socket.sendall(message(kind, length=length))
    with pytest.raises((EOFError, ConnectionResetError)):
        client.message()


@pytest.mark.parametrize("length", [0, 3, -1, 0x7FFFFFFF])
def test_a_wrong_length_in_mid_copy_is_the_end_of_it(shared, length):
    client = Wire(shared)
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    client.socket.sendall(message(b"f", length=length))
    seen = [client.message() for _ in range(2)]
    assert [(kind, client.fields(body)["C"]) for kind, body in seen] == [(b"E", "08006"), (b"E", "08P01")]
    with pytest.raises((EOFError, ConnectionResetError)):
        client.message()


@pytest.mark.parametrize("kind", [b"?", b"\0", b"\xff", b"R", b"Z", b"p"])
def test_an_unknown_type_is_fatal(shared, kind):
    client = Wire(shared)
    client.socket.sendall(message(kind, b"x"))
    said, body = client.message()
    assert said == b"E" and client.fields(body)["C"] == "08P01" and client.fields(body)["S"] == "FATAL"


def test_copy_messages_that_are_early_or_late_are_dropped(shared):
    client = Wire(shared)
    for _ in range(2):
        client.socket.sendall(message(b"d", b"1\n") + message(b"c") + message(b"f", b"no\0"))
        client.query("COPY t FROM STDIN")
        client.until(b"G")
        client.socket.sendall(message(b"d", b"1\n") + message(b"c"))
        assert [kind for kind, _ in client.until(b"Z")] == [b"C", b"Z"]


def test_a_query_in_mid_copy_is_fatal(shared):
    client = Wire(shared)
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    client.query("SELECT 1")
    said = [client.fields(client.message()[1])["S"] for _ in range(2)]
    assert said == ["ERROR", "FATAL"]


@pytest.mark.parametrize("end", ["fin", "rst"])
@pytest.mark.parametrize("begun", [STARTUP[:6], STARTUP + b"Q", STARTUP + b"Q\0\0\1",
                                   STARTUP + message(b"Q", b"COPY t FR", 100),
                                   STARTUP + message(b"Q", b"COPY t FROM STDIN\0") + message(b"d", b"1\n2", 1000)])
def test_a_message_that_is_cut_off(shared, begun, end):
    sock = shared.socket()
    sock.settimeout(LIMIT)
    sock.sendall(begun)
    if end == "rst":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        return
    sock.shutdown(socket.SHUT_WR)
    while sock.recv(65536):
        pass
    sock.close()


def test_a_half_closed_socket_still_hears_its_answers(shared):
    sock = shared.socket()
    sock.settimeout(LIMIT)
    sock.sendall(STARTUP + message(b"Q", b"COPY t FROM STDIN\0") + message(b"d", b"1\n2\n") + message(b"c"))
    sock.shutdown(socket.SHUT_WR)
    said = bytearray()
    while more := sock.recv(65536):
        said += more
    sock.close()
    assert said.endswith(message(b"C", b"COPY 2\0") + message(b"Z", b"I"))


def test_an_endless_message_takes_no_memory(shared):
    """One that says 1 GiB: its bytes pass by, and an error is the answer."""
    client = Wire(shared)
    size = 128 * 1024 * 1024
    client.socket.sendall(message(b"Q", length=4 + size))
    piece = b"x" * 1048576
    for _ in range(size // len(piece)):
        client.socket.sendall(piece)
    kind, body = client.until(b"E")[-1]
    assert client.fields(body)["C"] == "54000"
    assert client.until(b"Z")[-1] == (b"Z", b"I")
    assert shared.peak_kib() < 512 * 1024


def test_one_byte_at_a_time(shared):
    sock = shared.socket()
    sock.settimeout(LIMIT)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    talk = STARTUP + message(b"Q", b"COPY t FROM STDIN\0") + message(b"d", b"1\n2\n") + message(b"c") + message(b"X")
    for byte in talk:
        sock.sendall(bytes([byte]))
        time.sleep(0.01)
    said = bytearray()
    while more := sock.recv(65536):
        said += more
    sock.close()
    assert message(b"C", b"COPY 2\0") in said


def test_a_flood_of_connections_that_say_nothing(shared):
    silent = [shared.socket() for _ in range(150)]
    try:
        with shared.connect() as conn:
            copy_in(conn, "COPY t FROM STDIN", b"1\n")
    finally:
        for sock in silent:
            sock.close()


def test_a_flood_of_small_messages(shared):
    client = Wire(shared)
    n = 100_000
    client.socket.sendall(message(b"S") * 1000)
    for _ in range(1000):
        assert client.message() == (b"Z", b"I")
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    client.socket.sendall(message(b"d", b"1\n") * n + message(b"d") * n + message(b"H") * 1000 + message(b"c"))
    assert client.until(b"Z")[0] == (b"C", b"COPY %d\0" % n)


def test_a_flood_of_queries_whose_answers_nobody_reads(shared):
    """The server stops reading when it cannot write: the client's own socket fills."""
    client = Wire(shared, receive_bytes=4096)
    client.socket.settimeout(1)
    flood = message(b"Q", b"SHOW server_version\0") * 10000
    with pytest.raises(TimeoutError):
        for _ in range(1000):
            client.socket.sendall(flood)
    client.leave_abruptly()


# ---- CancelRequest ---------------------------------------------------------------------------


def cancel(server, pid, secret):
    body = struct.pack("!ii", 80877102, pid) + secret
    return ends_with(server, struct.pack("!i", 4 + len(body)) + body)


def test_cancel_at_every_stage(shared):
    """Forgotten where nothing runs, 57014 where something does."""
    client = Wire(shared)
    pid, secret = client.pid, client.secret
    assert cancel(shared, pid, secret) == b""  # idle
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    assert cancel(shared, pid, secret) == b""  # before a row
    client.socket.sendall(message(b"d", b"1\n"))
    kind, body = client.until(b"E")[-1]
    assert client.fields(body)["C"] == "57014"
    assert cancel(shared, pid, secret) == b""  # behind the error
    client.socket.sendall(message(b"d", b"2\n") + message(b"c"))
    assert client.until(b"Z")[-1] == (b"Z", b"I")
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    client.socket.sendall(message(b"d", b"1\n") + message(b"c"))
    assert client.until(b"Z")[0] == (b"C", b"COPY 1\0")


@pytest.mark.parametrize("body", [b"", b"\0\0\0\1", b"\0\0\0\1abc", b"\0\0\0\1" + b"x" * 257],
                         ids=["nothing", "no secret", "short", "long"])
def test_a_malformed_cancel_is_a_silent_end(shared, body):
    body = struct.pack("!i", 80877102) + body
    assert ends_with(shared, struct.pack("!i", 4 + len(body)) + body) == b""


def test_a_cancel_with_a_wrong_secret_does_nothing(shared):
    client = Wire(shared)
    client.query("COPY t FROM STDIN")
    client.until(b"G")
    wrong = bytes(byte ^ 1 for byte in client.secret)
    assert cancel(shared, client.pid, wrong) == b""
    assert cancel(shared, client.pid + 1000, client.secret) == b""
    client.socket.sendall(message(b"d", b"1\n") + message(b"c"))
    assert client.until(b"Z")[0] == (b"C", b"COPY 1\0")
