"""A client that waits for every answer; connections; what each of them keeps."""
import contextlib
import re
import resource
import shutil
import socket
import struct
import subprocess
import time

from suite.tools import NotMeasured, output

IDLE = 10_000


def p50_p99(suite, port, *args):
    words = output(suite.program("bench_latency"), port, *args).split()
    numbers = [float(word) for word in words if re.fullmatch(r"[\d.]+", word)]
    return {"p50": numbers[0], "p99": numbers[1]}


@contextlib.contextmanager
def pgbouncer(suite, postgres):
    """Before the PostgreSQL that runs."""
    import servers
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    if not program:
        raise NotMeasured("no pgbouncer")
    folder = suite.work / "bouncer"
    folder.mkdir(exist_ok=True)
    account, port = servers.unprivileged(folder), servers.free_port()
    (folder / "ini").write_text(
        f"[databases]\npostgres = host=127.0.0.1 port={postgres.server.port} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        "auth_type = any\npool_mode = transaction\nmax_client_conn = 1000\n"
        f"logfile = {folder}/log\nlog_connections = 0\nlog_disconnections = 0\n")
    process = subprocess.Popen([*account, program, "-q", str(folder / "ini")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        servers.wait_until(lambda: open_port(port), "PgBouncer does not start")
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def bare_loop(suite, clients):
    """A server that reads and writes as a gateway has to, and does nothing else: the floor."""
    import servers
    port = servers.free_port()
    process = subprocess.Popen(
        [str(suite.program("bench_latency")), str(port), "bare", str(clients)])
    try:
        time.sleep(0.3)  # a connection to see if it listens would count as a client
        yield port
    finally:
        process.terminate()
        process.wait()


def open_port(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def copies(suite):
    """us of COPY FROM STDIN of 1 and 250 rows, and of a connection."""
    rounds = 1000 if suite.quick else 5000
    postgres, found = suite.postgres(), {}
    # dbname `postgres`, user `postgres`: what bench_latency says
    with at_postgres(suite, "discard:") as discard, table_in_sqlite(suite) as sqlite, \
            at_postgres(suite, "discard:worker") as worker:
        postgres.ask("DROP TABLE IF EXISTS t", "CREATE UNLOGGED TABLE t (a int, b text)")
        ports = {"discard:": discard.server.port, "discard:worker": worker.server.port,
                 "sqlite:": sqlite.server.port,
                 "PostgreSQL": postgres.server.port}
        for name, port in ports.items():
            found[name] = {f"rows: {n}": p50_p99(suite, port, "copy", rounds, n)
                           for n in (1, 250)}
            found[name]["connect and close"] = p50_p99(suite, port, "connect", rounds // 5)
        with bare_loop(suite, 2) as port:
            found["a bare loop"] = {f"rows: {n}": p50_p99(suite, port, "copy", rounds, n)
                                    for n in (1, 250)}
        try:
            with pgbouncer(suite, postgres) as port:
                found["PgBouncer"] = {
                    "rows: 1": p50_p99(suite, port, "copy", rounds, 1),
                    "connect and close": p50_p99(suite, port, "connect", rounds // 5)}
        except NotMeasured as why:
            suite.skipped["PgBouncer"] = str(why)
    return found


@contextlib.contextmanager
def at_postgres(suite, url, *args):
    with suite.pgcopyd(url, "--database", f"postgres={url}", *args) as server:
        server.server.dbname = server.server.user = "postgres"
        yield server


@contextlib.contextmanager
def table_in_sqlite(suite):
    with at_postgres(suite, f"sqlite:{suite.work}/latency.db") as server:
        server.ask("CREATE TABLE t (a int, b text)")
        yield server


def idle(suite):
    """KiB that 10,000 clients cost that do nothing."""
    need = IDLE + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < need:
        raise NotMeasured(f"no more than {hard} files may be open")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, need), hard))
    with at_postgres(suite, "discard:", "--max-clients", str(need)) as server:
        before = server.status("VmRSS")
        client = subprocess.Popen(
            [str(suite.program("bench_latency")), str(server.server.port), "idle", str(IDLE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        client.stdout.readline()
        found = {"before": before, "with": server.status("VmRSS")}
        client.communicate("")
    return found


def active(suite):
    """KiB of one COPY FROM that is under way, by 64 of them that have sent 1 MB of patients."""
    count = 64
    data = suite.file("patients").read_bytes()[:1 << 20]
    data = data[data.index(b"\n") + 1:]
    with suite.pgcopyd("discard:") as server:
        before = server.status("VmRSS")
        clients = [half_a_copy(server, data) for _ in range(count)]
        time.sleep(0.5)
        found = {"each": (server.status("VmRSS") - before) / count}
        for client in clients:
            client.close()
    return found


def half_a_copy(server, data):
    client = server.server.socket()
    body = b"\0\3\0\0user\0bench\0database\0main\0\0"
    client.sendall(struct.pack("!i", len(body) + 4) + body)
    until(client, b"Z")
    query = b"COPY patients FROM STDIN (FORMAT csv)\0"
    client.sendall(b"Q" + struct.pack("!i", len(query) + 4) + query)
    until(client, b"G")
    for at in range(0, len(data), 8192):
        piece = data[at:at + 8192]
        client.sendall(b"d" + struct.pack("!i", len(piece) + 4) + piece)
    return client


def until(client, kind):
    while True:
        head = client.recv(5, socket.MSG_WAITALL)
        rest = struct.unpack("!i", head[1:])[0] - 4
        if rest:
            client.recv(rest, socket.MSG_WAITALL)
        if head[:1] == kind:
            return


def one_row(suite):
    """us of the server's CPU in all, the system's part too, of a COPY of one row."""
    rounds = 5000 if suite.quick else 20000
    with at_postgres(suite, "discard:") as server:
        before = server.cpu()
        output(suite.program("bench_latency"), server.server.port, "copy", rounds, 1)
        return {"us": (server.cpu() - before) / rounds * 1e6}
