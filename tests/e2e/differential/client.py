"""A client of the protocol that sends exactly the bytes it is told, and notes all that comes back.

A step is a list, so that a case can lie in a JSON file; text that carries bytes is latin-1:
  ["Q", sql]  ["P", statement, sql]  ["B", portal, statement]  ["D", "S" or "P", name]
  ["E", portal, max_rows]  ["C", "S" or "P", name]  ["d", bytes]  ["f", text]
  ["c"]  ["S"]  ["H"]  ["X"]  ["raw", bytes]
"""
import select
import socket
import struct
import time

PATIENCE = 30  # seconds without a byte: it hangs
FIELDS = "SVCMDHPWstcdn"  # of an error or a notice; file, line and routine are PostgreSQL's own


def message(kind, body=b""):
    return kind.encode("latin-1") + struct.pack("!i", 4 + len(body)) + body


def text(word):
    return word.encode("latin-1", "replace") + b"\0" if word.isascii() else \
        word.encode("utf-8", "surrogateescape") + b"\0"


def encode(step):
    kind, *args = step
    if kind == "Q":
        return message("Q", text(args[0]))
    if kind == "P":
        return message("P", text(args[0]) + text(args[1]) + b"\0\0")
    if kind == "B":
        return message("B", text(args[0]) + text(args[1]) + bytes(6))
    if kind in "DC":
        return message(kind, args[0].encode() + text(args[1]))
    if kind == "E":
        return message("E", text(args[0]) + struct.pack("!i", args[1]))
    if kind == "d":
        return message("d", args[0].encode("latin-1"))
    if kind == "f":
        return message("f", args[0].encode("latin-1") + b"\0")
    if kind == "raw":
        return args[0].encode("latin-1")
    return message(kind)


def connect(server, database, user):
    sock = socket.create_connection((server.host, server.port), timeout=PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    words = f"user\0{user}\0database\0{database}\0client_encoding\0UTF8\0\0".encode()
    sock.sendall(struct.pack("!ii", 8 + len(words), 0x30000) + words)
    return sock


def converse(server, database, steps, user="client"):
    """All messages behind the first ReadyForQuery, up to the end of the connection."""
    sock = connect(server, database, user)
    sock.setblocking(False)
    out = memoryview(b"".join(encode(step) for step in steps + [["S"], ["X"]]))
    got, last = bytearray(), time.monotonic()
    end = None
    while end is None:
        readable, writable, _ = select.select([sock], [sock] if out else [], [], 1)
        try:
            if readable:
                more = sock.recv(1 << 16)
                got += more
                end = None if more else "closed"
            if writable:
                out = out[sock.send(out[:1 << 16]):]
        except (ConnectionResetError, BrokenPipeError):
            end = "closed"
        if readable or writable:
            last = time.monotonic()
        elif time.monotonic() - last > PATIENCE:
            end = "silence"
    sock.close()
    return decode(bytes(got)) + [[end]]


def decode(data):
    seen, ready, at = [], False, 0
    while at + 5 <= len(data):
        kind, length = data[at:at + 1].decode("latin-1"), struct.unpack_from("!i", data, at + 1)[0]
        body = data[at + 5:at + 1 + length]
        at += 1 + length
        if ready or kind == "E":
            seen.append(plain(kind, body))
        ready = ready or kind == "Z"
    if at != len(data):
        seen.append(["half a message", data[at:].decode("latin-1")])
    return seen


def plain(kind, body):
    """A message as a list that JSON can hold."""
    if kind in "EN":
        parts = [p.decode("utf-8", "backslashreplace") for p in body.split(b"\0") if p]
        return [kind, {p[0]: p[1:] for p in parts if p[0] in FIELDS}]
    if kind == "T":
        return [kind, columns(body)]
    return [kind, body.decode("latin-1")] if body else [kind]


def columns(body):
    """Name and type of each column; which table it is from nobody else can know."""
    (count,), at, out = struct.unpack_from("!h", body), 2, []
    for _ in range(count):
        end = body.index(b"\0", at)
        oid = struct.unpack_from("!ihihih", body, end + 1)[2]
        out.append([body[at:end].decode("utf-8", "replace"), oid])
        at = end + 19
    return out
