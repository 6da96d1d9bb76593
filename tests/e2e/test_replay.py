"""What ten drivers sent to PostgreSQL, byte for byte, cut anywhere: pgcopyd answers with the same
sequence of messages.

tests/data/captures: NAME.bin is what a client sent on one connection (NAME.2 on its second), and
NAME.types the types of what PostgreSQL answered; a run of CopyData or DataRow is one letter,
ParameterStatus, notices and keys are left out.
"""
import pathlib
import random
import socket
import struct
import threading

import pytest

CAPTURES = pathlib.Path(__file__).resolve().parents[1] / "data/captures"
PIECES = [1, 2, 3, 5, 17, 100, 1000, 8192, 65536]

# What these ask of PostgreSQL's own catalogs, types or syntax, SQLite cannot answer.
NOT_SQLITE = {
    "asyncpg-from_query": "quote_literal($1::...) and a cast by ::",
    "pandas-append": "catalog queries",
    "pgjdbc-meta": "catalog queries",
}


def connections():
    """Groups of connections that are one flow, in their order."""
    flows = {}
    for path in sorted(CAPTURES.glob("*.bin"), key=lambda p: (len(p.name), p.name)):
        flows.setdefault(path.name.split(".")[0], []).append(path)
    return sorted(flows.items())


def types(data):
    """The types of a server's messages, as NAME.types has them."""
    at = 1 if data[:1] == b"N" else 0  # the answer to SSLRequest
    found = ""
    while at + 5 <= len(data):
        kind = chr(data[at])
        at += 1 + struct.unpack_from(">I", data, at + 1)[0]
        if kind not in "SKN" and not (kind in "dD" and found[-1:] == kind):
            found += kind
    assert at == len(data), "half a message"
    return found


def talk(server, data, seed):
    """Sends data in pieces of all sizes while it reads, and returns what came back."""
    pieces, got = random.Random(seed), bytearray()
    sock = server.socket()

    def read():
        while chunk := sock.recv(65536):
            got.extend(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    at = 0
    try:
        while at < len(data):
            n = pieces.choice(PIECES)
            sock.sendall(data[at:at + n])
            at += n
        sock.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server may end it: some clients break off in mid-COPY
    reader.join(60)
    assert not reader.is_alive(), "the server neither answers nor ends"
    sock.close()
    return bytes(got)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name,paths", connections(), ids=[n for n, _ in connections()])
def test_a_recorded_client_is_answered_as_postgresql_did(launch, tmp_path, name, paths, seed):
    if name in NOT_SQLITE:
        pytest.skip(NOT_SQLITE[name])
    url = f"sqlite:{tmp_path}/clinic.db"
    server = launch("--database", f"clinic={url}")
    for path in paths:
        expected = path.with_suffix(".types").read_text().strip()
        if expected.endswith("G"):
            expected += "EE"  # it left in mid-COPY, too early to be told so
        assert types(talk(server, path.read_bytes(), seed)) == expected, path.name
