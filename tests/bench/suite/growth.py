"""Ten times as much of something: does it take ten times as long, and no more memory?"""
import subprocess
import time

from suite import endtoend
from suite.tools import NotMeasured


def rows(suite):
    """Patients in and out, more and more of them, through one server: its peak stays or grows."""
    counts = [10_000, 100_000, 1_000_000, 10_000_000]
    found = {}
    body = suite.work / "body.csv"
    with open(suite.file("patients"), encoding="utf-8") as source:
        source.readline()
        body.write_text("".join(source.readline() for _ in range(10_000)), encoding="utf-8")
    database = suite.work / "growth.db"
    for url in ("discard:", f"sqlite:{database}"):
        kind = url.split(":")[0] + ":"
        with suite.pgcopyd(url) as server:
            for count in counts:
                if suite.left() < 0 and found:
                    return found
                found.setdefault(kind, {})[count] = one_count(suite, server, kind, body, count)
    database.unlink(missing_ok=True)
    return found


def one_count(suite, server, kind, body, count):
    """The file of 10,000 rows again and again, through a pipe."""
    feed = f"for i in `seq {count // 10_000}`; do cat {body}; done"
    if kind == "sqlite:":
        server.ask("DROP TABLE IF EXISTS patients",
                   suite.create("patients").replace(" PRIMARY KEY", ""))
    found = {"in": server.copy(rf"\copy patients from program '{feed}' with (format csv)")}
    found["in"]["peak"] = server.status("VmHWM")
    if kind == "sqlite:":
        found["out"] = server.copy(r"\copy patients to program 'cat >/dev/null' with (format csv)")
        found["out"]["peak"] = server.status("VmHWM")
    return found


def over_odbc(suite):
    """1M rows and 10M, each with a key of its own: how much pgcopyd itself takes."""
    body = suite.work / "keyless.csv"
    with open(suite.file("patients"), encoding="utf-8") as source:
        source.readline()
        body.write_text("".join(source.readline().split(",", 1)[1] for _ in range(10_000)),
                        encoding="utf-8")
    found = {}
    for kind in (kind for kind in endtoend.GATEWAYS if "ODBC" in kind):
        for count in (1_000_000, 10_000_000):
            if suite.left() < 0:
                break
            with endtoend.gateway(suite, kind) as server:
                server.ask(endtoend.table(suite, kind, "patients"))
                found.setdefault(kind, {})[count] = numbered(server, body, count)
                server.ask("DROP TABLE patients")
    body.unlink()
    return found


def numbered(server, body, count):
    feed = f"for i in `seq 0 {count // 10_000 - 1}`; do nl -ba -w1 -s, -v $((i * 10000)) {body}; done"
    found = {}
    for way, command in (("in", f"from program '{feed}'"), ("out", "to program 'cat >/dev/null'")):
        found[way] = server.copy(rf"\copy patients {command} with (format csv)")
        found[way]["peak"] = server.status("VmHWM")
    return found


def connections(suite):
    """1 to 64 at a time, each with a COPY of 100,000 patients."""
    path = suite.work / "hundred.csv"
    feed = suite.work / "body.csv"
    with open(path, "wb") as out:
        subprocess.run(["cat", *[str(feed)] * 10], stdout=out, check=True)
    found = {}
    for count in (1, 2, 4, 8, 16, 32, 64):
        with suite.pgcopyd("discard:") as server:
            began, before = time.monotonic(), server.cpu()
            clients = [subprocess.Popen(
                ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(server.server.port), "-U",
                 "tester", "-d", "main", "-c", rf"\copy patients from '{path}' csv"])
                for _ in range(count)]
            if any([client.wait() for client in clients]):
                raise NotMeasured("a client failed")
            found[count] = {"wall": time.monotonic() - began, "cpu": server.cpu() - before,
                            "peak": server.status("VmHWM")}
    path.unlink()
    return found


def widths(suite):
    """1 to 1600 columns, two million fields each."""
    fields = 400_000 if suite.quick else 2_000_000
    found, path = {}, suite.work / "width.csv"
    for columns in (1, 10, 50, 100, 200, 400, 800, 1600):
        line = ",".join(str(12345 + i) for i in range(columns)) + "\n"
        path.write_text(line * (fields // columns))
        with suite.pgcopyd("discard:") as server:
            found[columns] = server.copy(rf"\copy t from '{path}' with (format csv)")
            found[columns].update(fields=fields // columns * columns,
                                  peak=server.status("VmHWM"))
    path.unlink()
    return found


def sizes(suite):
    """Values of 1 byte to 256 MB, one a row; 64 MB of them, two million rows at most."""
    found, path = {}, suite.work / "size.txt"
    total = (16 if suite.quick else 64) << 20
    for size in (1, 16, 256, 4096, 65536, 1 << 20, 16 << 20, 64 << 20, 256 << 20):
        count = max(1, min(total // (size + 1), 2_000_000))
        with open(path, "wb") as out:
            once = min(count, max(1, (1 << 20) // size))
            for _ in range(count // once):
                out.write((b"x" * size + b"\n") * once)
        with suite.pgcopyd("discard:") as server:
            found[size] = server.copy(rf"\copy t from '{path}'")
            found[size].update(bytes=path.stat().st_size, peak=server.status("VmHWM"))
    path.unlink()
    return found
