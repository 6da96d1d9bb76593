"""The disk of a database is full, or what stands for a disk: nothing is stored, and what is freed is used."""
import contextlib
import os
import pathlib
import sqlite3
import subprocess
import tempfile

import psycopg
import pytest

import servers
from databases import file_limit
from helpers import copy_in, count
from test_faults import COPY, fails

LONG = b"x" * 1900  # stays in its table: PostgreSQL puts away what is longer


def people(n):
    return b"".join(b"%d\t%s\n" % (i, LONG) for i in range(n))


# ---- Servers -----------------------------------------------------------------------------------


def test_a_server_whose_disk_is_full(database, server):
    with server.connect() as conn, server.connect() as bystander:
        for client in (conn, bystander):
            client.execute("SELECT 1")
        with database.full():
            assert fails(conn, people(20_000)) in database.full_states
            assert database.count() == 0
            assert count(bystander, "people") == 0
        assert copy_in(conn, COPY, people(1000)) == 1000
        assert database.count() == 1000


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of so many bytes, which only root may have; skips without."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs", folder],
                          capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.strip() or 'mount failed'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def disk_of(size):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with small_disk(pathlib.Path(folder) / "disk", size) as disk:
            yield disk


@pytest.fixture
def on_small_disk(database):
    """The table people lies on a disk of its own."""
    if not hasattr(database, "put_on"):
        pytest.skip("a table cannot be put on another disk")
    with disk_of(4 << 20) as disk:
        database.put_on(disk)
        yield disk
        database.take_off()


@pytest.fixture
def log_on_small_disk(database):
    """The database's log lies on a disk of its own."""
    if not hasattr(database, "log_on"):
        pytest.skip("the log cannot be put on another disk")
    with disk_of(128 << 20) as disk, database.log_on(disk):
        yield disk


def test_a_disk_of_a_server_that_is_really_full(database, on_small_disk, server):
    with server.connect() as conn:
        filler = on_small_disk / "filler"
        filler.write_bytes(b"x" * ((4 << 20) - (200 << 10)))
        assert fails(conn, people(1000)) == "53100"
        assert database.count() == count(conn, "people") == 0
        filler.unlink()
        database.sql("TRUNCATE people")  # rows that were rolled back take room until then
        assert copy_in(conn, COPY, people(1000)) == 1000
        assert database.count() == 1000


def test_a_disk_of_a_log_that_is_really_full(database, log_on_small_disk, server):
    """The client's process tells it, or another one is first, and all stop (PANIC): 08006."""
    with server.connect() as conn:
        filler = log_on_small_disk / "filler"
        used = sum(file.stat().st_size for file in log_on_small_disk.glob("wal/*") if file.is_file())
        filler.write_bytes(b"x" * ((128 << 20) - used - (8 << 20)))  # less than one more file of it
        assert fails(conn, people(12_000)) in ("08006", "53100")
        filler.unlink()
        database.restart()  # it may have shut itself down
        assert database.count() == 0
        assert copy_in(conn, COPY, people(1000)) == 1000
        assert database.count() == 1000


# ---- SQLite, in pgcopyd's own process ----------------------------------------------------------


class File:
    """A file of SQLite, as pgcopyd's database."""

    def __init__(self, folder, url):
        self.path = folder / "main.db"
        self.url = url.format(self.path)
        self.rows("CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(3000))")

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.path, timeout=servers.PATIENCE)) as db:
            return db.execute(query).fetchall()

    def count(self):
        return self.rows("SELECT count(*) FROM people")[0][0]


@pytest.fixture(params=["sqlite:{}", "odbc:Driver=SQLite3;Database={};Timeout=300"],
                ids=["libsqlite", "sqlite"])
def behind_file(request, tmp_path):
    server = servers.Pgcopyd(tmp_path, behind=File(tmp_path, request.param))
    yield server
    server.stop()


@pytest.mark.parametrize("pages", [10, 400], ids=["first batch", "later batch"])
def test_a_file_that_may_not_grow(behind_file, pages):
    with behind_file.connect() as conn, behind_file.connect() as other:
        conn.execute(f"PRAGMA max_page_count = {pages}")
        assert fails(conn, people(3000)) == "53100"
        assert behind_file.behind.count() == 0
        assert copy_in(other, COPY, people(3000)) == 3000
        other.execute("DELETE FROM people")
        conn.execute("PRAGMA max_page_count = 100000")
        assert copy_in(conn, COPY, people(3000)) == 3000
        assert behind_file.behind.count() == 3000


@pytest.mark.parametrize("rows, size", [(200, 100_000), (5000, 9_000_000)],
                         ids=["commit", "later batch"])
def test_a_disk_that_is_full(behind_file, rows, size):
    """A few rows are written at their commit, many before it."""
    with behind_file.connect() as conn:
        conn.execute("SELECT 1")
        with file_limit(behind_file.process.pid, size):
            assert fails(conn, people(rows)) in ("53100", "58030")
            assert behind_file.behind.count() == 0
        assert copy_in(conn, COPY, people(rows)) == rows
        assert behind_file.behind.count() == rows


def test_a_lock_of_another_process(tmp_path):
    server = servers.Pgcopyd(tmp_path, behind=File(
        tmp_path, "odbc:Driver=SQLite3;Database={};Timeout=300"))
    with server.connect() as conn:
        conn.execute("SELECT 1")
        with contextlib.closing(sqlite3.connect(server.behind.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert fails(conn) == "55P03"
            other.rollback()
        assert copy_in(conn, COPY, people(100)) == 100
        assert server.behind.count() == 100
    server.stop()


@pytest.mark.parametrize("url", ["sqlite:{}", "odbc:Driver=SQLite3;Database={}"],
                         ids=["libsqlite", "sqlite"])
def test_a_file_that_is_no_database(tmp_path, url):
    """It is refused, left as it is, and taken once it is one."""
    behind = File(tmp_path, url)
    good = behind.path.read_bytes()
    behind.path.write_bytes(b"no database " * 1000)
    server = servers.Pgcopyd(tmp_path, behind=behind)
    with pytest.raises(psycopg.Error):
        with server.connect() as conn:
            copy_in(conn, COPY, people(10))
    assert behind.path.read_bytes() == b"no database " * 1000
    behind.path.write_bytes(good)
    with server.connect() as conn:
        assert copy_in(conn, COPY, people(10)) == 10
    server.stop()
