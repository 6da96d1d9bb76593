"""What every measurement needs: the data sets, servers on the one core, psql, CPU and memory."""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
GENERATE = ROOT / "examples/data/generate.py"
SETS = {"patients": 1_000_000, "patients_q": 1_000_000, "labs": 1_000_000, "notes": 100_000,
        "wide": 100_000, "tiny": 1_000_000}
# MariaDB's own defaults, which are Debian's: in what tests have no table of a million rows fits.
OPTIONS = {"mariadb": ["--innodb-buffer-pool-size=128M", "--innodb-log-file-size=96M"]}
sys.path.insert(0, str(ROOT / "tests/e2e"))


class NotMeasured(Exception):
    """What is missing, in words."""


def room_for(size):
    """A folder in memory, so that no disk is measured; None: the usual one for what passes."""
    memory = pathlib.Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > size
    return memory if roomy else None


class Suite:
    """One run: where things are, how much time is left, and what was found."""

    def __init__(self, build, quick, budget, core):
        self.build, self.quick, self.core = build, quick, core
        self.rows = {name: rows // 5 if quick else rows for name, rows in SETS.items()}
        self.budget, self.end = budget, None
        self.results, self.skipped = {}, {}
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="pgcopy-bench-", dir=room_for(8 << 30)))
        self.work.chmod(0o1777)  # as that of /tmp: databases have other accounts
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.work)  # of servers too
        self.running = []
        self.servers = {}

    def close(self):
        for server in reversed(self.running):
            try:
                server.stop()
            except Exception as why:  # noqa: BLE001 the others have to be stopped too
                print("while stopping:", why, file=sys.stderr)
        shutil.rmtree(self.work, ignore_errors=True)

    def begin(self):
        """From here on all is on one core, and time counts."""
        os.sched_setaffinity(0, {self.core})
        self.end = time.monotonic() + self.budget

    def left(self):
        return self.end - time.monotonic()

    def program(self, name):
        for folder in ("tests", "examples/pgcopyd"):
            path = self.build / folder / name
            if path.exists():
                return path
        raise NotMeasured(f"no {name}")

    def kept(self, name):
        """Where a data set is kept from run to run, and whether it has to be made."""
        path = self.build / "data" / f"{name}-{self.rows[name]}.csv"
        return path, not path.exists() or path.stat().st_mtime < GENERATE.stat().st_mtime

    def generate(self):
        """All of them that are not there, as many at a time as there are processors."""
        (self.build / "data").mkdir(exist_ok=True)
        makers = []
        for name in self.rows:
            path, missing = self.kept(name)
            if missing:
                with open(path, "wb") as out:
                    makers.append(subprocess.Popen(
                        [sys.executable, GENERATE, name, str(self.rows[name])], stdout=out))
        if any([maker.wait() for maker in makers]):
            raise SystemExit("the data sets could not be made")

    def file(self, name):
        """A data set in memory, where the servers' account can read it."""
        kept, _ = self.kept(name)
        path = self.work / kept.name
        if not path.exists():
            shutil.copy(kept, path)
        return path

    def create(self, name):
        return subprocess.check_output([sys.executable, GENERATE, "--create", name], text=True)

    # ---- Servers --------------------------------------------------------------------

    def pgcopyd(self, url, *args):
        """A new one; whoever asks stops it."""
        import servers
        return Running(servers.Pgcopyd(self.work, "--database", f"main={url}", "--log-level",
                                       "warning", *args, path=str(self.program("pgcopyd"))))

    def database(self, kind):
        """A real one, started once: a Backend of tests/e2e/backends.py."""
        import backends
        if kind not in self.servers:
            try:
                self.servers[kind] = backends.make(kind, *OPTIONS.get(kind, []))
            except backends.NotHere as why:
                raise NotMeasured(str(why)) from why
            self.running.append(self.servers[kind])
        return self.servers[kind]

    def postgres(self):
        return Running(self.database("oracle").server)

    # ---- Repeating ------------------------------------------------------------------

    def median(self, times, once):
        """Of what once() returns, a dict of numbers, over so many times as there is time for."""
        found = []
        for _ in range(max(1, times // 2 if self.quick else times)):
            if found and self.left() < 0:
                break
            found.append(once())
        return {key: statistics.median(one[key] for one in found) for key in found[0]}


class Running:
    """A server as it is measured: what its process has used."""

    def __init__(self, server):
        self.server = server
        self.pid = server.process.pid if hasattr(server, "process") else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.pid:
            self.server.stop()

    def cpu(self):
        return cpu_of(self.pid)

    def status(self, key):
        """Of memory, in KiB: VmHWM, VmRSS."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+)", text)[1])

    def ask(self, *statements):
        self.server.psql("-q", *(word for text in statements for word in ("-c", text)))

    def copy(self, command):
        """One \\copy: its wall time, and the CPU time of what serves it, in seconds.  Of
        PostgreSQL it is the backend's, asked for in the same session."""
        if self.pid:
            before = self.cpu()
            wall = timed(self.server, command)[0]
            return {"wall": wall, "cpu": self.cpu() - before}
        look = "\\! cat /proc/$BACKEND/schedstat\n"
        wall, printed = timed(self.server, "SELECT pg_backend_pid() AS pid \\gset\n"
                              f"\\setenv BACKEND :pid\n{look}{command}\n{look}")
        found = [int(line.split()[0]) for line in printed if re.fullmatch(r"\d+ \d+ \d+", line)]
        return {"wall": wall, "cpu": (found[-1] - found[0]) / 1e9}


def timed(server, script):
    """The seconds of the last command as psql has them, and what was printed."""
    printed = server.psql("-q", "-f", "-", stdin=f"\\timing on\n{script}\n").stdout.splitlines()
    times = [float(m[1]) for line in printed if (m := re.match(r"Time: ([\d.]+) ms", line))]
    return times[-1] / 1000, printed


def cpu_of(pid):
    """Seconds on a processor, of all threads that live."""
    found = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += int((task / "schedstat").read_text().split()[0])
    return found / 1e9


def cost(command, **more):
    """Wall and CPU time of a command to its end."""
    began = time.monotonic()
    before = os.times()
    subprocess.run(command, check=True, stderr=subprocess.PIPE, **more)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user
    return {"wall": time.monotonic() - began, "cpu": used - before.children_system}


def one_line(text):
    return " ".join(text.split())[:200]


def output(*command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        raise NotMeasured(f"{pathlib.Path(str(command[0])).name}: {one_line(done.stderr)}")
    return done.stdout


def lines_of(printed):
    """`name what value unit value unit ...`, as the benches print it: name, what, {unit: value}."""
    for line in printed.splitlines():
        words = line.split()
        if len(words) >= 4 and len(words) % 2 == 0 and re.fullmatch(r"[\d.]+", words[2]):
            yield words[0], words[1], {words[i + 1]: float(words[i])
                                       for i in range(2, len(words), 2)}
