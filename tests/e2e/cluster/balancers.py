"""HAProxy and PgBouncer in front of two pgcopyd, with the configurations of docs/scaling.md."""
import pathlib
import re
import shutil
import subprocess
import tempfile

import mariadb
import servers

PAGE = servers.ROOT / "docs/scaling.md"
# What the page has: where clients come, and where pgcopyd is on each host.
LISTEN, BEHIND = 5432, 5433


def snippet(name):
    """The code block whose first line is a comment that names the file."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    return next(block for block in blocks if name in block.splitlines()[0])


class Balancer(servers.Postgresish):
    program = name = arguments = None

    @classmethod
    def lacking(cls):
        return None if shutil.which(cls.program, path="/usr/sbin:/usr/bin") else f"no {cls.program}"

    def __init__(self, port_behind):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcopy-balancer-"))
        account = servers.unprivileged(self.folder)
        self.port = mariadb.free_ports(1)
        ports = {str(LISTEN): str(self.port), str(BEHIND): str(port_behind)}
        text = re.sub(rf"\b({LISTEN}|{BEHIND})\b", lambda found: ports[found[0]], snippet(self.name))
        path = self.folder / self.name
        path.write_text(text.replace("/etc/pgbouncer", str(self.folder)))
        (self.folder / "userlist.txt").write_text('"tester" "secret"\n')
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([*account, shutil.which(self.program, path="/usr/sbin:/usr/bin"),
                                         *self.arguments, path], stdout=self.log, stderr=self.log, cwd="/")
        servers.wait_until(self.answers, f"{self.program} does not start")

    def connect(self, **more):
        return super().connect(**{"password": "secret", **more})

    def answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            self.connect(connect_timeout=2).close()
        except servers.psycopg.OperationalError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        self.process.wait(servers.PATIENCE)
        self.log.close()
        shutil.rmtree(self.folder)


class Haproxy(Balancer):
    program, name, arguments = "haproxy", "haproxy.cfg", ["-db", "-f"]


class Pgbouncer(Balancer):
    program, name, arguments = "pgbouncer", "pgbouncer.ini", []
