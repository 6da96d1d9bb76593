"""What every client goes through, and what has to come of it.

A client that is not Python's is a program, called with a flow and two files; where the server is,
PGHOST, PGPORT, PGUSER and PGDATABASE say; ENDLESS is a query to cancel.  It prints what the server told it, a line each.
"""
import os
import subprocess

import pytest

import backends
import servers

N = 1000
TABLE = "CREATE TABLE visits (id INT PRIMARY KEY, name VARCHAR(40), born DATE, " \
        "weight DOUBLE PRECISION, note VARCHAR(200))"
NOTES = ["plain", None, "", "a\ttab, a \\ and a \"quote\"", "two\nlines", "Zo\u00eb \U0001f600"]
ENDLESS = backends.Backend.endless


def row(i):
    born = None if i % 10 == 0 else f"{1920 + i % 100}-{1 + i % 12:02}-{1 + i % 28:02}"
    return i, f"name {i}", born, i / 4, NOTES[i % len(NOTES)]


def escape(value):
    if value is None:
        return "\\N"
    if isinstance(value, float):
        return f"{value:.15g}"
    for char, letter in ("\\", "\\"), ("\t", "t"), ("\n", "n"):
        value = str(value).replace(char, "\\" + letter)
    return value


def text(rows):
    """Rows in COPY's text format."""
    return "".join("\t".join(map(escape, r)) + "\n" for r in rows).encode()


ROWS = [row(i) for i in range(1, N + 1)]
GOOD = text(ROWS)
BAD = GOOD.replace(b"\n700\t", b"\nseven hundred\t")
ONE = b"5001\tlate\t\\N\t\\N\t\\N\n"  # what a client copies when it goes on after something

# flow: (what is printed, how many rows there are at the end)
FLOWS = {
    "copy": ("COPY 1000\nCOPY 1000\n", N),
    "binary": ("COPY 1000\nCOPY 1000\nDELETE 1000\nCOPY 1000\nCOPY 1000\n", N),
    "commit": ("COPY 1000\n1000\n", N),
    "rollback": ("COPY 1000\n1000\n", 0),
    "error": ("22P02\n", 1),
    "error in transaction": ("COPY 1\n22P02\n25P02\n", 1),
    "abort": ("57014\n", 1),
    "cancel": ("57014\n", 1),
    "missing": ("42P01\n", 1),
    "again": ("COPY 1000\n1000\n", N + 1),
}
WITH_OUTPUT = {"copy", "binary", "rows"}


def tables(server):
    with server.connect() as conn:
        conn.execute(TABLE)


def left(server):
    """How many rows there really are; the one that was copied last, if there is one, by its id."""
    return server.rows("SELECT count(*) FROM visits")[0][0]


def environment(server, **more):
    return dict(os.environ, PGHOST=server.host, PGPORT=str(server.port), PGUSER=server.user,
                PGDATABASE=server.dbname, PGSSLMODE="disable",
                ENDLESS=getattr(server, "behind", backends.Backend).endless,
                **more)


def run(server, folder, flow, *command, expected=None, **more):
    """One flow of a program."""
    printed, rows = expected or FLOWS[flow]
    source, target = folder / "in.txt", folder / "out.txt"
    source.write_bytes(BAD if flow.startswith("error") else GOOD)
    tables(server)
    done = subprocess.run([*map(str, command), flow, str(source), str(target)], text=True,
                          capture_output=True, timeout=servers.PATIENCE * 2,
                          env=environment(server, **more))
    assert (done.returncode, done.stdout) == (0, printed), done.stderr
    assert left(server) == rows
    if flow in WITH_OUTPUT:
        assert target.read_bytes() == GOOD


def skip(client, why):
    """A module whose client is not there is reported with its reason."""
    pytest.skip(f"{client}: {why} (tests/e2e/clients/install.sh installs it)",
                allow_module_level=True)
