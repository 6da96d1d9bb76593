"""The databases that pgcopyd is tested before.  Each is started here, from Debian's packages, by an
account that is not root, on loopback and with data that does not stay.

PGCOPY_E2E_BACKEND names one of them, or is the URL of a database of your own, where the tests drop
and make tables (TABLES).
"""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess

import mariadb
import servers

# What a test may need, and a database may lack: a mark of pytest, needs("...").
FEATURES = {"a table in pieces", "a query in pieces", "types of parameters",
            "TIMESTAMP WITHOUT TIME ZONE", "NUMERIC of any length"}
TABLES = ["people", "patients", "patients1", "patients2", "labs", "notes", "texts", "visits",
          "t", "days", "Aaa.t", "Zzz.t"]


class NotHere(Exception):
    """What has to be installed first."""


def need(path):
    if not shutil.which(path):
        raise NotHere(f"no {path}")


def need_driver(name):
    need("odbcinst")
    listed = subprocess.run(["odbcinst", "-q", "-d"], capture_output=True, text=True).stdout
    if f"[{name}]" not in listed:
        raise NotHere(f"no ODBC driver {name}")


class Backend:
    """A database behind pgcopyd."""

    lacks = {}  # feature: why
    leaks = []  # libraries in which LeakSanitizer need not look
    text = "TEXT"  # of any length
    copies = 2, 2  # of a long value, on its way in and out: one is ours, and one the database's
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) " \
              f"SELECT i, '{'x' * 500}' AS x FROM n"  # runs until it is cut short
    url = None

    def fresh(self, folder, name):
        """Makes url that of a database without tables."""
        raise NotImplementedError

    def rows(self, query):
        """What the database really holds, past pgcopyd."""
        raise NotImplementedError

    def stop(self):
        pass


class Sqlite(Backend):
    """SQLite itself."""

    lacks = {"NUMERIC of any length": "SQLite's numbers have 15 digits"}
    prefix = "sqlite:"

    def fresh(self, folder, _name):
        self.file = folder / "main.db"
        self.url = f"{self.prefix}{self.file}"

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.file, timeout=servers.PATIENCE)) as db:
            return db.execute(query).fetchall()


class SqliteByOdbc(Sqlite):
    copies = 3, 3
    lacks = {**Sqlite.lacks, "types of parameters": "sqliteodbc says that all are text"}
    prefix = "odbc:Driver=SQLite3;Database="

    def __init__(self):
        need_driver("SQLite3")


class IrisStandIn(Sqlite):
    """What InterSystems IRIS is documented to do, over SQLite: tests/odbc/iris-standin."""

    text = "LONGVARCHAR"
    lacks = {**Sqlite.lacks, "a table in pieces": "SQLite's driver holds a result whole",
             "types of parameters": "not described"}

    def __init__(self, **keys):
        self.keys = "".join(f";{key}={value}" for key, value in keys.items())
        self.driver = standin()

    def fresh(self, folder, _name):
        self.file = folder / "iris.db"
        self.url = f"odbc:Driver={self.driver};Database={self.file}{self.keys}"


def standin():
    named = os.environ.get("PGCOPY_IRIS_STANDIN")
    for path in [named] if named else sorted(servers.ROOT.glob("build*/**/libiris_standin.so")):
        if os.path.isfile(path):
            return path
    raise NotHere("no stand-in for IRIS: build target iris_standin")


class Oracle(Backend):
    """PostgreSQL without pgcopyd: what it does is what is right."""

    def __init__(self):
        if not servers.have_postgres():
            raise NotHere("no PostgreSQL")
        self.server = servers.Postgres()

    def fresh(self, _folder, name):
        self.server.new_database(name)

    def rows(self, query):
        with self.server.connect() as conn:
            return conn.execute(query).fetchall()

    def stop(self):
        self.server.stop()


class PostgresByOdbc(Oracle):
    copies = 3, 5
    leaks = ["psqlodbc"]  # a little with every connection

    def __init__(self):
        need_driver("PostgreSQL Unicode")
        super().__init__()

    def fresh(self, folder, name):
        super().fresh(folder, name)
        self.url = f"odbc:Driver={{PostgreSQL Unicode}};Servername=127.0.0.1;" \
                   f"Port={self.server.port};Database={name};Username=postgres;sslmode=disable"


class MariadbByOdbc(Backend):
    text = "LONGTEXT"
    copies = 2, 4
    endless = "SELECT benchmark(1000000000000, md5('x')) AS i"
    lacks = {"NUMERIC of any length": "MariaDB's NUMERIC is NUMERIC(10, 0)",
             "a query in pieces": "Connector/ODBC 3.1 holds a result whole",
             "types of parameters": "Connector/ODBC says that all are text",
             "TIMESTAMP WITHOUT TIME ZONE": "no such name of a type"}

    def __init__(self, *options):
        if mariadb.lacking():
            raise NotHere(mariadb.lacking())
        self.server = mariadb.Server(*options)
        self.server.start()

    def fresh(self, _folder, name):
        self.name = name
        self.server.sql(f"CREATE DATABASE {name}")
        self.url = mariadb.url([self.server], name)

    def rows(self, query):
        return [tuple(map(number, row)) for row in self.server.sql(f"USE {self.name}; {query}")]

    def stop(self):
        self.server.stop()


def number(text):
    return int(text) if re.fullmatch(r"-?\d+", text) else text


class Named(Backend):
    """Somebody's own, by its URL.  It is asked through pgcopyd too."""

    lacks = {"NUMERIC of any length": "only PostgreSQL is known to have it"}

    def __init__(self, url):
        self.url = url

    def fresh(self, folder, _name):
        server = servers.Pgcopyd(folder, behind=self)
        with server.connect() as conn:
            for table in TABLES:
                with contextlib.suppress(servers.psycopg.Error):
                    conn.execute(f"DROP TABLE {table}")
        server.stop()
        self.folder = folder

    def rows(self, query):
        server = servers.Pgcopyd(self.folder, behind=self)
        with server.connect() as conn:
            found = conn.execute(query).fetchall()
        server.stop()
        return found


KINDS = {"libsqlite": Sqlite, "sqlite": SqliteByOdbc, "postgres": PostgresByOdbc,
         "mariadb": MariadbByOdbc, "iris": IrisStandIn, "oracle": Oracle}


def asked_for():
    """What PGCOPY_E2E_BACKEND says, or None."""
    name = os.environ.get("PGCOPY_E2E_BACKEND")
    if name and name not in KINDS and ":" not in name:
        raise SystemExit(f"PGCOPY_E2E_BACKEND: {', '.join(KINDS)} or a URL, not {name}")
    return name


def make(name, *options):
    """options: of the database's server."""
    return KINDS[name](*options) if name in KINDS else Named(name)
