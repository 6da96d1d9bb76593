#!/usr/bin/python3
"""What one and two pgcopyd load into a Galera cluster of three nodes, all on this machine, and what
a balancer in front of them costs.

usage: tests/bench/bench_cluster.py [--rows N] [PGCOPYD]
  --rows N      of each client (100000)
  PGCOPYD       the binary (build/release's)
"""
import argparse
import contextlib
import functools
import pathlib
import subprocess
import sys
import tempfile
import time
import types
from concurrent import futures

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/e2e/cluster")]

import balancers  # noqa: E402
import galera  # noqa: E402
import mariadb  # noqa: E402
import servers  # noqa: E402

GENERATE = ROOT / "examples/data/generate.py"
TICKS = 100  # of a second, in /proc


def cpu(processes):
    """Seconds so far: what others do on the machine does not change them."""
    ticks = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def load(server, table, data, times):
    with server.connect() as conn, \
            conn.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for _ in range(times):
            for at in range(0, len(data), 1 << 18):
                copy.write(data[at:at + (1 << 18)])


def measure(what, clients, doors, pgcopyds, others, clear, data, rows, times=1):
    """The best of three: other work only ever makes it slower.  Client n has a table of its own."""
    best = None
    for _ in range(3):
        clear()
        before = [cpu([server.process for server in pgcopyds]), cpu(others)]
        began = time.monotonic()
        with futures.ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda n: load(doors[n % len(doors)], f"patients{n}", data, times),
                          range(clients)))
        took = time.monotonic() - began
        after = [cpu([server.process for server in pgcopyds]), cpu(others)]
        run = (took, after[0] - before[0], after[1] - before[1])
        best = min(best or run, run)
    million = clients * rows * times / 1e6
    print(f"{what:52} {million * 1e6 / best[0]:9,.0f} rows/s   CPU s per million rows: "
          f"pgcopyd {best[1] / million:5.2f}, others {best[2] / million:6.2f}", flush=True)


def behind_cluster(cluster, start, data, rows):
    create = subprocess.check_output([sys.executable, GENERATE, "--create", "patients"], text=True)
    for n in range(4):
        cluster.sql("USE main; " + create.replace("patients", f"patients{n}"))

    def clear():
        """On all nodes: what is still being emptied refuses rows."""
        for n in range(4):
            cluster.sql(f"TRUNCATE main.patients{n}")
            assert cluster.rows(f"patients{n}") == 0

    nodes = cluster.nodes
    one = start(mariadb.url([nodes[0]], "main"))
    two = [one, start(mariadb.url([nodes[1]], "main"))]
    processes = [node.process for node in nodes]
    for clients in (1, 2, 4):
        measure(f"1 pgcopyd, 1 node written to, {clients} clients", clients, [one], [one], processes,
                clear, data, rows)
    for clients in (2, 4):
        measure(f"2 pgcopyd, 2 nodes written to, {clients} clients", clients, two, two, processes, clear,
                data, rows)


def behind_balancers(folder, start, data, rows):
    """Into discard:, so that what is between counts."""
    (folder / "users").write_text('"tester" "secret"\n')
    pgcopyd = start("discard:", "--users", str(folder / "users"))
    doors = [types.SimpleNamespace(connect=functools.partial(pgcopyd.connect, password="secret"))]
    for clients in (1, 2):
        measure(f"into discard:, {clients} clients", clients, doors, [pgcopyd], [], lambda: None, data,
                rows, times=20)
    for kind in (balancers.Haproxy, balancers.Pgbouncer):
        balancer = kind(pgcopyd.port)
        for clients in (1, 2):
            measure(f"into discard: by {kind.program}, {clients} clients", clients, [balancer], [pgcopyd],
                    [balancer.process], lambda: None, data, rows, times=20)
        balancer.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("pgcopyd", nargs="?", default=str(
        ROOT / "build/release/examples/pgcopyd/pgcopyd"))
    options = parser.parse_args()
    data = subprocess.check_output([sys.executable, GENERATE, "patients", str(options.rows)])
    data = data[data.index(b"\n") + 1:]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pgcopy-bench-")))

        def start(url, *args):
            server = servers.Pgcopyd(folder, *args, path=options.pgcopyd,
                                     behind=types.SimpleNamespace(url=url))
            stack.callback(server.stop)
            return server

        behind_balancers(folder, start, data, options.rows)
        cluster = galera.Cluster()
        stack.callback(cluster.stop)
        behind_cluster(cluster, start, data, options.rows)


if __name__ == "__main__":
    main()
