#!/usr/bin/env python3
"""Runs the fixtures of this folder against a real PostgreSQL and says where it differs.

usage: against_postgres.py HOST PORT USER [FILE...]   (trust authentication, any UTF8 database)
"""
import os
import re
import socket
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Connection:
    """As much of the protocol as a simple query and a COPY need."""

    def __init__(self, host, port, user):
        self.sock = socket.create_connection((host, port))
        body = b"".join(s.encode() + b"\0" for s in (
            "user", user, "database", "postgres", "client_encoding", "UTF8")) + b"\0"
        self.sock.sendall(struct.pack("!II", len(body) + 8, 196608) + body)
        self.file = self.sock.makefile("rb")
        self.parameters = {}
        self.wait()

    def send(self, kind, body=b""):
        self.sock.sendall(kind + struct.pack("!I", len(body) + 4) + body)

    def read(self):
        kind, length = struct.unpack("!cI", self.file.read(5))
        return kind, self.file.read(length - 4)

    def wait(self, data=None):
        """Until ReadyForQuery: the rows, and the error as a dict or None."""
        rows, error = [], None
        while True:
            kind, body = self.read()
            if kind == b"Z":
                return rows, error
            if kind == b"E":
                error = {f[:1].decode(): f[1:].decode("utf-8", "backslashreplace")
                         for f in body.split(b"\0") if f}
            elif kind == b"S":
                name, value = body.decode().split("\0")[:2]
                self.parameters[name] = value
            elif kind == b"G":
                self.send(b"d", data)
                self.send(b"c")
            elif kind == b"D":
                rows.append(row_of(body))
            elif kind == b"d":
                rows.append(body)

    def query(self, sql, data=None):
        self.send(b"Q", sql.encode() + b"\0")
        return self.wait(data)


def row_of(body):
    values, at = [], 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        length, = struct.unpack("!i", body[at:at + 4])
        at += 4
        values.append(None if length < 0 else body[at:at + length])
        at += max(length, 0)
    return values


def plain(text):
    """Undoes the C escapes of a fixture."""
    def one(match):
        e = match.group(1)
        if e[0] == "x":
            return chr(int(e[1:], 16))
        return {"n": "\n", "r": "\r", "t": "\t"}.get(e, e)
    return re.sub(r"\\(x[0-9a-f]{2}|.)", one, text).encode("latin-1")


def fixtures(path):
    for block in open(path).read().split("\n\n"):
        lines = [l for l in block.split("\n") if l and l[0] != "#"]
        if not lines:
            continue
        f = {"out": []}
        for line in lines:
            key, _, value = line.partition(": ")
            if key == "out":
                f["out"].append(value)
            else:
                f[key.rstrip(":")] = value
        yield f


def options(text):
    words = []
    for option in text.split(" "):
        name, eq, value = option.partition("=")
        value = plain(value).decode("latin-1").replace("'", "''")
        if name in ("csv", "text"):
            words.append("FORMAT " + name)
        elif name.startswith("force"):
            words.append(f"{name} " + (value if value == "*" else f"({value})"))
        else:
            words.append(f"{name} '{value}'" if eq else name)
    return ", ".join(words)


def expected_values(out):
    words = re.findall(r'NULL|DEFAULT|"(?:[^"\\]|\\.)*"', out.partition(" ")[2])
    return [{"NULL": None, "DEFAULT": b"<default>"}.get(w, plain(w[1:-1])) for w in words]


def compare(f, rows, error):
    """Rows count only when there was no error: COPY is atomic."""
    wrong = []
    if error is None and rows != [expected_values(o) for o in f["out"]]:
        wrong.append(f"rows {rows}")
    got = {"err": error and f"{error['C']} {error['M']}", "detail": error and error.get("D"),
           "hint": error and error.get("H"), "where": error and error.get("W")}
    for key, value in got.items():
        want = plain(f[key]).decode("utf-8", "backslashreplace") if key in f else None
        if value != want:
            wrong.append(f"{key} {value!r} and not {want!r}")
    return wrong


def run(conn, f):
    cols = [] if f["cols"] == "-" else f["cols"].split(" ")
    conn.query("DROP TABLE IF EXISTS t")
    conn.query("CREATE TABLE t (" + ", ".join(
        f"{c[:-1]} text DEFAULT '<default>'" if c[-1] == "=" else f"{c} text" for c in cols) + ")")
    _, error = conn.query(f"COPY t FROM STDIN WITH ({options(f.get('with', 'text'))})",
                          plain(f.get("in", "")))
    rows, _ = conn.query("SELECT * FROM t")
    return compare(f, rows, error)


def main():
    conn = Connection(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    version = int(conn.parameters["server_version"].split(".")[0])
    files = sys.argv[4:] or [os.path.join(HERE, n) for n in ("text.txt", "csv.txt", "encodings.txt")]
    asked = differ = 0
    for path in files:
        for f in fixtures(path):
            if f.get("pg") == "none" or int(f.get("pg", 0)) > version:
                continue
            asked += 1
            wrong = run(conn, f)
            differ += bool(wrong)
            for w in wrong:
                print(f"{os.path.basename(path)}: {f['name']}: {w}")
    print(f"PostgreSQL {version}: {asked} asked, {differ} differ")
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
