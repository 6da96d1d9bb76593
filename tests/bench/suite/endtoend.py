"""psql and a server, over TCP: whole files in and out."""
import contextlib
import os
import pathlib
import subprocess

from suite.tools import NotMeasured, cost, output

GATEWAYS = {"discard:": None, "sqlite:": "libsqlite", "SQLite by ODBC": "sqlite",
            "PostgreSQL by ODBC": "postgres", "MariaDB by ODBC": "mariadb"}
FORMATS = {"csv": "FORMAT csv, HEADER", "text": "FORMAT text", "binary": "FORMAT binary"}
SLOW = ("PostgreSQL by ODBC", "MariaDB by ODBC")


def plan(suite):
    """Which set in which format; a quick run has less."""
    yield "patients", "csv"
    if not suite.quick:
        yield "patients", "text"
        yield "patients", "binary"
        yield "labs", "csv"
        yield "notes", "csv"
        yield "wide", "csv"


def source(suite, name, kind):
    """The set in that format; text and binary are as PostgreSQL writes them."""
    if kind == "csv":
        return suite.file(name)
    path = suite.work / f"{name}.{kind}"
    if not path.exists():
        server = suite.postgres()
        server.ask("DROP TABLE IF EXISTS made", unlogged(suite, name, "made"),
                   rf"\copy made from '{suite.file(name)}' csv header",
                   rf"\copy made to '{path}' ({FORMATS[kind]})", "DROP TABLE made")
    return path


def unlogged(suite, name, table):
    return suite.create(name).replace(f"CREATE TABLE {name}", f"CREATE UNLOGGED TABLE {table}")


def in_and_out(suite, server, name, kind, clear, where=True, out=True, times=3):
    """Of one set: into the table `name` and out of it, and into PostgreSQL with no row taken."""
    path = source(suite, name, kind)
    options = FORMATS[kind]
    found = {"rows": suite.rows[name], "bytes": path.stat().st_size}

    def load(more=""):
        if clear:
            server.ask(clear)
        return server.copy(rf"\copy {name} from '{path}' with ({options}){more}")

    if where:
        found["in, WHERE false"] = suite.median(times, lambda: load(" where false"))
    found["in"] = suite.median(times, load)
    if out:
        target = suite.work / "out"
        found["out"] = suite.median(3, lambda: server.copy(
            rf"\copy {name} to '{target}' with ({options})"))
        target.unlink()
    return found


def over_postgres(suite):
    server, found = suite.postgres(), {}
    for name, kind in plan(suite):
        server.ask(f"DROP TABLE IF EXISTS {name}", unlogged(suite, name, name))
        found[f"{name} {kind}"] = in_and_out(suite, server, name, kind, f"TRUNCATE {name}")
        server.ask(f"DROP TABLE {name}")
    return found


@contextlib.contextmanager
def gateway(suite, kind):
    """pgcopyd before a database without tables; what the database itself uses is not in it."""
    if not GATEWAYS[kind]:
        with suite.pgcopyd("discard:") as server:
            yield server
        return
    behind = suite.database(GATEWAYS[kind])
    folder = suite.work / GATEWAYS[kind]
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    behind.fresh(folder, "bench" + os.urandom(4).hex())
    with suite.pgcopyd(behind.url) as server:
        yield server


def over_gateway(suite, kind):
    found = {}
    for name, form in plan(suite):
        if kind in SLOW and (name, form) != ("patients", "csv"):
            continue
        if suite.left() < 0 and found:
            break
        with gateway(suite, kind) as server:
            real = GATEWAYS[kind] is not None
            if real:
                server.ask(table(suite, kind, name))
            found[f"{name} {form}"] = in_and_out(
                suite, server, name, form, f"DELETE FROM {name}" if real else None, where=False,
                out=real, times=1 if kind in SLOW else 3)
            found[f"{name} {form}"]["peak"] = server.status("VmHWM")
    return found


def table(suite, kind, name):
    """PostgreSQL's own rows are of unlogged tables, so these are too."""
    made = unlogged(suite, name, name) if GATEWAYS[kind] == "postgres" else suite.create(name)
    return made.replace(" TEXT", f" {suite.database(GATEWAYS[kind]).text}")


def sqlite3(suite):
    """SQLite's own program, file to file."""
    found = {}
    database, target = suite.work / "theirs.db", suite.work / "theirs.csv"
    for name in ("patients",) if suite.quick else ("patients", "labs", "notes", "wide"):
        table, path = suite.create(name), suite.file(name)

        def load():
            database.unlink(missing_ok=True)
            return cost(["sqlite3", str(database), table,
                         f'.import --csv --skip 1 "{path}" {name}'])

        def unload():
            with open(target, "wb") as out:
                return cost(["sqlite3", "-csv", str(database), f"SELECT * FROM {name}"],
                            stdout=out)

        found[name] = {"in": suite.median(3, load), "out": suite.median(3, unload)}
    database.unlink()
    target.unlink()
    return found


def by_programs(suite):
    """The backends without a server: bench_sqlite beside sqlite3, bench_odbc beside the driver."""
    found = {}
    runs = {"bench_sqlite": [suite.file("patients"), suite.create("patients")],
            "bench_odbc": [100_000 if suite.quick else 1_000_000]}
    for name, args in runs.items():
        try:
            found[name] = output(suite.program(name), *args)
        except (NotMeasured, subprocess.SubprocessError) as why:
            suite.skipped[name] = str(why)
    return found


def tls(suite):
    """The CPU time of COPY IN over TLS, beside a loop that only reads and forgets."""
    keys = [str(suite.work / name) for name in ("cert.pem", "key.pem")]
    output("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
           "/CN=localhost", "-out", keys[0], "-keyout", keys[1])
    path = suite.file("patients")
    with suite.pgcopyd("discard:", "--tls-cert", keys[0], "--tls-key", keys[1]) as server:

        def once():
            before = server.cpu()
            environment = dict(os.environ, PGSSLMODE="require")
            cost(["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(server.server.port), "-U",
                  "tester", "-d", "main", "-c", rf"\copy patients from '{path}' csv header"],
                 env=environment)
            ours = server.cpu() - before
            return {"ours": ours, "bare": bare_tls(path, keys)}

        return suite.median(3, once)


def bare_tls(path, keys):
    import servers
    port = servers.free_port()
    program = str(pathlib.Path(__file__).resolve().parents[1] / "ssl_read.py")
    reader = subprocess.Popen(["python3", program, str(port), *keys], stdout=subprocess.PIPE,
                              text=True)
    try:
        servers.wait_until(lambda: listens(port), "ssl_read.py does not listen")
        subprocess.run(["python3", program, "--send", str(port), path], check=True)
        return float(reader.communicate(timeout=60)[0])
    finally:
        reader.kill()
        reader.wait()


def listens(port):
    """Without connecting: it takes one connection only."""
    table = pathlib.Path("/proc/net/tcp").read_text()
    return f":{port:04X} 00000000:0000 0A" in table
