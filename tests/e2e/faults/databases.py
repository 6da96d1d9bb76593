"""Databases that can be broken, each behind a proxy through which pgcopyd reaches it."""
import contextlib
import pathlib
import subprocess

import backends
import mariadb
import servers

from proxy import Proxy


@contextlib.contextmanager
def file_limit(process, size, account=()):
    """No file that it writes may grow beyond this.  Said by the account that it runs as."""
    def prlimit(*args):
        return subprocess.run([*account, "prlimit", f"--pid={process}", *args], check=True,
                              capture_output=True, text=True).stdout.strip()

    hard = prlimit("--fsize", "--noheadings", "--raw", "--output=HARD")
    prlimit(f"--fsize={size}:")
    yield
    prlimit(f"--fsize={hard}:")


class Breakable:
    """With the words that its driver says at each step of a COPY."""

    words = {}
    leaks = []

    def __init__(self):
        self.proxy = Proxy(self.port())
        self.url = self.through([self.proxy.port])

    def count(self, table="people"):
        return int(self.sql(f"SELECT count(*) FROM {table}")[0][0])


class Postgres(Breakable):
    leaks = backends.PostgresByOdbc.leaks
    words = {"begin": b"BEGIN", "describe": b"pg_catalog.pg_attribute", "prepare": b"INSERT INTO",
             "savepoint": b"SAVEPOINT", "release": b"RELEASE", "commit": b"COMMIT"}

    def __init__(self):
        backends.need_driver("PostgreSQL Unicode")
        if not servers.have_postgres():
            raise backends.NotHere("no PostgreSQL")
        self.server = servers.Postgres()
        # In the file too, for when it is started again.
        for name, value in (("listen_addresses", "127.0.0.1"), ("port", self.server.port),
                            ("unix_socket_directories", self.server.folder), ("fsync", "off"),
                            ("deadlock_timeout", "100ms")):
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")
        super().__init__()

    def port(self):
        return self.server.port

    def through(self, ports):
        return f"odbc:Driver={{PostgreSQL Unicode}};Servername={','.join(['127.0.0.1'] * len(ports))};" \
               f"Port={','.join(map(str, ports))};Database=postgres;Username=postgres;sslmode=disable"

    def sql(self, query):
        with self.server.connect() as conn:
            done = conn.execute(query)
            return done.fetchall() if done.description else []

    def fresh(self):
        self.sql("DROP TABLE IF EXISTS people")
        self.sql("CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(3000))")

    def run_as(self, *command):
        subprocess.run([*self.server.account, *command], check=True)

    def control(self, *args):
        self.server.run("pg_ctl", "-D", self.server.folder + "/data", "-w", *args)

    def kill(self):
        self.control("-m", "immediate", "stop")

    def start(self):
        self.control("-l", self.server.folder + "/log", "start")

    def restart(self):
        """Also one that is down."""
        self.control("-l", self.server.folder + "/log", "-m", "immediate", "restart")

    def end_connections(self):
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")

    full_states = ("XX000", "53100", "58030")  # PostgreSQL has no state for EFBIG

    @contextlib.contextmanager
    def full(self):
        """No table may be longer than a file of the log."""
        with contextlib.ExitStack() as stack:
            for pid, in self.sql("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                                 "AND backend_type = 'client backend'"):
                stack.enter_context(file_limit(pid, 18 << 20, self.server.account))
            yield

    def put_on(self, disk):
        """The table on another disk, which has room for little."""
        self.run_as("mkdir", disk / "space")
        self.sql(f"CREATE TABLESPACE small LOCATION '{disk}/space'")
        self.sql("DROP TABLE people")
        self.sql("CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(3000)) TABLESPACE small")

    def take_off(self):
        self.sql("DROP TABLE people")
        self.sql("CHECKPOINT")  # files of tables that are gone are kept until then
        self.sql("DROP TABLESPACE small")

    @contextlib.contextmanager
    def log_on(self, disk):
        """The log lies on another disk, which has room for little."""
        wal = pathlib.Path(self.server.folder, "data/pg_wal")
        self.control("-m", "fast", "stop")
        self.run_as("mv", wal, disk / "wal")
        self.run_as("ln", "-s", disk / "wal", wal)
        self.start()
        yield
        self.control("-m", "fast", "stop")
        self.run_as("rm", wal)
        self.run_as("mv", disk / "wal", wal)
        self.start()

    def limit_locks(self):
        self.sql("ALTER ROLE postgres SET lock_timeout = '300ms'")

    def unlimit_locks(self):
        self.sql("ALTER ROLE postgres RESET lock_timeout")

    def stop(self):
        self.proxy.close()
        self.server.stop()


class Mariadb(Breakable):
    words = {"begin": b"autocommit=0", "describe": b"information_schema.columns",
             "prepare": b"INSERT INTO", "savepoint": b"SAVEPOINT",
             "release": b"RELEASE", "commit": b"COMMIT"}

    def __init__(self):
        if mariadb.lacking():
            raise backends.NotHere(mariadb.lacking())
        self.server = mariadb.Server("--innodb-data-file-path=ibdata1:12M:autoextend:max:20M")
        self.server.start()
        super().__init__()

    def port(self):
        return self.server.port

    def through(self, ports):
        return f"odbc:Driver={{{mariadb.DRIVER}}};Server={','.join(['127.0.0.1'] * len(ports))};" \
               f"Port={','.join(map(str, ports))};Database=main;User=root"

    def sql(self, query):
        return self.server.sql(f"USE main; {query}")

    def fresh(self):
        self.server.sql("CREATE DATABASE IF NOT EXISTS main")
        self.sql("DROP TABLE IF EXISTS people")
        self.sql("CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(3000))")

    def kill(self):
        self.server.kill()

    def start(self):
        self.server.start()

    def end_connections(self):
        for number, in self.server.sql("SELECT id FROM information_schema.processlist "
                                       "WHERE id <> connection_id() AND user = 'root'"):
            self.server.sql(f"KILL {number}")

    full_states = ("53100",)

    @contextlib.contextmanager
    def full(self):
        """The table lies in a file that may not grow, until it is left."""
        self.server.sql("SET GLOBAL innodb_file_per_table = 0")
        self.fresh()
        yield
        self.server.sql("SET GLOBAL innodb_file_per_table = 1")
        self.fresh()

    def limit_locks(self):
        self.server.sql("SET GLOBAL innodb_lock_wait_timeout = 1")

    def unlimit_locks(self):
        self.server.sql("SET GLOBAL innodb_lock_wait_timeout = 50")

    def stop(self):
        self.proxy.close()
        self.server.stop()


KINDS = {"postgres": Postgres, "mariadb": Mariadb}
