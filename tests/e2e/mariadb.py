"""A MariaDB server of Debian's packages: on loopback, by an account that is not root, with data
that does not stay."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile

import servers

PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb")
DRIVER = "MariaDB Unicode"
SMALL = ["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=32M", "--performance-schema=OFF",
         "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--max-allowed-packet=64M",
         "--character-set-server=utf8mb4", "--bind-address=127.0.0.1"]


def lacking():
    """What is not installed of it, in words; None: nothing."""
    for program in PROGRAMS:
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin"):
            return f"no {program}"
    drivers = subprocess.run(["odbcinst", "-q", "-d"], capture_output=True, text=True).stdout
    return None if f"[{DRIVER}]" in drivers else f"no ODBC driver {DRIVER}"


def free_ports(n):
    """n in a row.  Below those that the system gives to clients: a server that is started again
    finds them free."""
    for _ in range(1000):
        first = random.randrange(10_000, 32_000)
        probes = [socket.socket() for _ in range(n)]
        try:
            for i, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + i))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


class Server:
    """One mariadbd.  With data=False another node fills its folder."""

    def __init__(self, *options, port=None, data=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcopy-mariadb-"))
        self.folder.chmod(0o755)
        self.account = servers.unprivileged(self.folder)
        self.port = port or free_ports(1)
        self.process = None
        self.log_path = self.folder / "log"
        self.options = ["--no-defaults", f"--datadir={self.folder}/data", f"--port={self.port}",
                        f"--socket={self.folder}/socket", f"--pid-file={self.folder}/pid",
                        *SMALL, *options]
        subprocess.run([*self.account, "mkdir", self.folder / "data"], check=True)
        if data:
            subprocess.run(
                [*self.account, "mariadb-install-db", "--no-defaults",
                 f"--datadir={self.folder}/data", "--skip-test-db",
                 "--auth-root-authentication-method=normal"],
                check=True, cwd="/", stdout=subprocess.DEVNULL)

    def start(self, *more):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.account, shutil.which("mariadbd", path="/usr/sbin:/usr/bin"),
                 *self.options, *more], cwd="/", stdout=log, stderr=log)
        servers.wait_until(self.answers, f"MariaDB does not start: {self.log()}")

    def answers(self):
        assert self.process.poll() is None, f"MariaDB ended: {self.log()}"
        return self.client("SELECT 1").returncode == 0

    def log(self):
        return self.log_path.read_text(errors="replace")[-3000:]

    def client(self, query):
        return subprocess.run(
            ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={self.port}", "--user=root",
             "--connect-timeout=5", "--batch", "--skip-column-names", f"--execute={query}"],
            capture_output=True, text=True, timeout=servers.PATIENCE)

    def sql(self, query):
        """Rows of texts, past pgcopyd."""
        done = self.client(query)
        assert done.returncode == 0, done.stderr
        return [tuple(line.split("\t")) for line in done.stdout.splitlines()]

    def count(self, table):
        return int(self.sql(f"SELECT count(*) FROM {table}")[0][0])

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait(servers.PATIENCE)

    def stop(self):
        """For good."""
        if self.process and self.process.poll() is None:
            self.thaw()
            self.process.terminate()
            try:
                self.process.wait(servers.PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def url(servers_, database):
    """Of one server or of several, in this order."""
    return f"odbc:Driver={{{DRIVER}}};Server={','.join(['127.0.0.1'] * len(servers_))};" \
           f"Port={','.join(str(s.port) for s in servers_)};Database={database};User=root"
