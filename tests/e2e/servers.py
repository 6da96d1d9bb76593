"""Starts what the tests talk to: pgcopyd, and a real PostgreSQL."""
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES_BIN = pathlib.Path(os.environ.get("PGCOPY_POSTGRES", "/usr/lib/postgresql/15/bin"))
PATIENCE = 60  # seconds; a sanitizer on a busy machine is slow


def pgcopyd_path():
    named = os.environ.get("PGCOPYD")
    for path in [named] if named else sorted(ROOT.glob("build*/**/pgcopyd")):
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return str(path)
    raise SystemExit("no pgcopyd: build it, or name it in PGCOPYD")


class Postgresish:
    """Anything that clients can connect to."""

    host, port, user, dbname = "127.0.0.1", 0, "tester", "main"

    def connect(self, **more):
        args = dict(host=self.host, port=self.port, user=self.user, dbname=self.dbname,
                    autocommit=True, connect_timeout=PATIENCE, sslmode="disable")
        args.update(more)
        # A statement that is repeated must not turn into a prepared one behind our back.
        return psycopg.connect(**args, prepare_threshold=None)

    def psql(self, *args, stdin=None, check=True):
        environment = dict(os.environ, PGSSLMODE="disable", PGCONNECT_TIMEOUT=str(PATIENCE))
        done = subprocess.run(
            ["psql", "-X", "-h", self.host, "-p", str(self.port), "-U", self.user, "-d",
             self.dbname, "-v", "ON_ERROR_STOP=1", *args],
            input=stdin, capture_output=True, text=True, timeout=600, env=environment)
        assert not check or done.returncode == 0, done.stderr
        return done

    def socket(self):
        return socket.create_connection((self.host, self.port), timeout=PATIENCE)


class Pgcopyd(Postgresish):
    """One pgcopyd; what is behind it (backends.py), if anything, is its database main."""

    def __init__(self, folder, *args, path=None, behind=None, listen="127.0.0.1:0"):
        self.folder = pathlib.Path(folder)
        self.behind = behind
        self.log_path = self.folder / f"pgcopyd-{time.monotonic_ns()}.log"
        databases = ["--database", f"main={behind.url}"] if behind else []
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [path or pgcopyd_path(), "--listen", listen, *databases, *args],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment())
        self.line = self.process.stdout.readline()
        if not self.line:
            self.process.wait(PATIENCE)
            raise AssertionError("pgcopyd did not start: " + self.log())
        self.host, port = self.line.split()[-1].rsplit(":", 1)
        self.port = int(port)

    def environment(self):
        """A driver that leaks is not ours."""
        leaks = self.folder / "leaks"
        leaks.write_text("".join(f"leak:{name}\n" for name in getattr(self.behind, "leaks", [])))
        options = os.environ.get("LSAN_OPTIONS", "") + f":suppressions={leaks}:print_suppressions=0"
        return dict(os.environ, LSAN_OPTIONS=options.lstrip(":"))

    def log(self):
        return self.log_path.read_text(errors="replace")

    def log_lines(self, event):
        return [line for line in self.log().splitlines() if f" event={event} " in line]

    def wait_for_log(self, text):
        wait_until(lambda: text in self.log(), f"no {text!r} in the log")

    def peak_kib(self):
        """The most memory that it ever had resident."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1])

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def stop(self):
        """It has to end by itself, in good order and with nothing said by a sanitizer."""
        if self.process.poll() is None:
            self.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert code == 0, self.log()[-4000:]
        strange = [line for line in self.log().splitlines() if not line.startswith("time=")]
        assert not strange, self.log()[-4000:]

    def rows(self, query):
        return self.behind.rows(query)


def wait_until(condition, otherwise):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged(folder):
    """Gives a folder to an account that is not root; what a command for it begins with."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]


class Postgres(Postgresish):
    """A real PostgreSQL of its own."""

    user, dbname = "postgres", "postgres"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="pgcopy-oracle-")
        self.account = unprivileged(self.folder)  # initdb refuses root
        self.port = free_port()
        data = self.folder + "/data"
        self.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8",
                 "--locale", "C")
        # autovacuum off: nothing that is looked at or measured depends on when it comes by.
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off " \
                  f"-c autovacuum=off " \
                  f"-c unix_socket_directories={self.folder} -c timezone=UTC"
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder + "/log", "-o", options, "start")

    def run(self, program, *args):
        subprocess.run([*self.account, POSTGRES_BIN / program, *args], check=True,
                       stdout=subprocess.DEVNULL, cwd="/")

    def new_database(self, name):
        with self.connect(dbname="postgres") as conn:
            conn.execute(f"CREATE DATABASE {name}")
        self.dbname = name

    def stop(self):
        self.run("pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


def have_postgres():
    return (POSTGRES_BIN / "initdb").exists()
