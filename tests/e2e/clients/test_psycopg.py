"""psycopg 3: in blocks, by rows, binary, with parameters, and all of it with asyncio."""
import asyncio
import datetime
import threading

import psycopg
import pytest
from psycopg import errors

import flows
from helpers import copy_in, copy_out

COLUMNS = ["int4", "varchar", "date", "float8", "varchar"]


@pytest.fixture
def conn(server):
    flows.tables(server)
    with psycopg.connect(where(server)) as connection:
        yield connection


def where(server):
    return f"host={server.host} port={server.port} user={server.user} " \
           f"dbname={server.dbname} sslmode=disable"


def values():
    """The rows as what they are in Python."""
    return [(i, name, born and datetime.date.fromisoformat(born), weight, note)
            for i, name, born, weight, note in flows.ROWS]


def one_more(conn, server):
    assert copy_in(conn, "COPY visits FROM STDIN", flows.ONE) == 1
    conn.commit()
    assert server.rows("SELECT id FROM visits") == [(5001,)]


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_blocks(conn, size):
    pieces = [flows.GOOD[i:i + size] for i in range(0, len(flows.GOOD), size)]
    assert copy_in(conn, "COPY visits FROM STDIN", *pieces) == flows.N
    assert copy_out(conn, "COPY visits TO STDOUT") == flows.GOOD


@pytest.mark.parametrize("binary", ["", "(FORMAT binary)"])
def test_rows(conn, binary):
    with conn.cursor().copy(f"COPY visits FROM STDIN {binary}") as copy:
        if binary:
            copy.set_types(COLUMNS)
        for row in values():
            copy.write_row(row)
    with conn.cursor().copy(f"COPY visits TO STDOUT {binary}") as copy:
        copy.set_types(COLUMNS)
        assert list(copy.rows()) == values()


def test_parameters_of_statements(conn):
    insert = "INSERT INTO visits VALUES (%s, %s, %s, %s, %s)"
    conn.cursor().executemany(insert, values()[:300])  # prepared on the way
    assert copy_out(conn, "COPY visits TO STDOUT") == flows.text(flows.ROWS[:300])
    row = conn.execute("SELECT * FROM visits WHERE id = %s", (7,)).fetchone()
    assert row == values()[6]
    with conn.cursor(binary=True) as cursor:
        row = cursor.execute("SELECT * FROM visits WHERE id = %s", (7,)).fetchone()
    assert row == values()[6]


def test_copy_of_a_query_with_parameters(conn):
    """psycopg puts them into the text itself: COPY takes none."""
    copy_in(conn, "COPY visits FROM STDIN", flows.GOOD)
    with conn.cursor().copy("COPY (SELECT id FROM visits WHERE id <= %s) TO STDOUT", (3,)) as copy:
        assert b"".join(copy) == b"1\n2\n3\n"


@pytest.mark.parametrize("end, left", [("commit", flows.N), ("rollback", 0)])
def test_in_a_transaction(conn, server, end, left):
    copy_in(conn, "COPY visits FROM STDIN", flows.GOOD)
    assert conn.execute("SELECT count(*) FROM visits").fetchone() == (flows.N,)
    getattr(conn, end)()
    assert flows.left(server) == left


def test_a_block_that_fails_inside_one_that_does_not(conn, server):
    with conn.transaction():
        copy_in(conn, "COPY visits FROM STDIN", flows.GOOD)
        with pytest.raises(errors.InvalidTextRepresentation), conn.transaction():
            copy_in(conn, "COPY visits FROM STDIN", flows.BAD)
    assert flows.left(server) == flows.N


def test_an_error_and_then_more(conn, server):
    with pytest.raises(errors.InvalidTextRepresentation) as caught:
        copy_in(conn, "COPY visits FROM STDIN", flows.BAD)
    assert caught.value.diag.context == 'COPY visits, line 700, column id: "seven hundred"'
    conn.rollback()
    one_more(conn, server)


def test_an_exception_aborts(conn, server):
    with pytest.raises(errors.QueryCanceled), conn.cursor().copy("COPY visits FROM STDIN") as copy:
        copy.write(flows.GOOD)
        raise ValueError("never mind")
    conn.rollback()
    one_more(conn, server)


def test_a_copy_out_that_is_left_is_cancelled(conn, server):
    with pytest.raises(KeyError), conn.cursor().copy(f"COPY ({flows.ENDLESS}) TO STDOUT") as copy:
        next(iter(copy))
        raise KeyError("enough")
    conn.rollback()
    one_more(conn, server)


def test_cancelled(conn, server):
    with pytest.raises(errors.QueryCanceled, match="user request"):
        with conn.cursor().copy("COPY visits FROM STDIN") as copy:
            copy.write(flows.GOOD)
            canceller = threading.Thread(target=conn.cancel)
            canceller.start()
            canceller.join()
    conn.rollback()
    one_more(conn, server)


def test_a_missing_table(conn, server):
    with pytest.raises(errors.UndefinedTable):
        copy_in(conn, "COPY nowhere FROM STDIN", flows.GOOD)
    conn.rollback()
    one_more(conn, server)


def test_a_read_only_connection(conn, server):
    conn.read_only = True
    with pytest.raises(errors.ReadOnlySqlTransaction, match="cannot execute DELETE in a"):
        conn.execute("DELETE FROM visits")
    conn.rollback()
    conn.read_only = False
    one_more(conn, server)


# ---- asyncio ---------------------------------------------------------------------------------


async def copy_async(conn, *pieces):
    async with conn.cursor() as cursor:
        async with cursor.copy("COPY visits FROM STDIN") as copy:
            for piece in pieces:
                await copy.write(piece)
        return cursor.rowcount


async def export_async(conn):
    async with conn.cursor().copy("COPY visits TO STDOUT") as copy:
        return b"".join([bytes(data) async for data in copy])


def test_asyncio(server):
    async def work():
        async with await psycopg.AsyncConnection.connect(where(server)) as conn:
            await conn.execute(flows.TABLE)
            await conn.commit()
            assert await copy_async(conn, flows.GOOD[:1000], flows.GOOD[1000:]) == flows.N
            assert await export_async(conn) == flows.GOOD
            await conn.rollback()
            with pytest.raises(errors.InvalidTextRepresentation):
                await copy_async(conn, flows.BAD)
            await conn.rollback()
            async with conn.transaction():
                assert await copy_async(conn, flows.ONE) == 1

    asyncio.run(work())
    assert flows.left(server) == 1


@pytest.mark.needs("types of parameters")
def test_parameters_are_compared_as_what_they_are(server):
    """Numbers are declared, strings are not."""
    flows.tables(server)
    with psycopg.connect(where(server)) as conn:
        conn.execute("INSERT INTO visits (id, name, born) VALUES (%s, %s, %s)",
                     (7, "Ann", "1980-2-29"))
        found = "SELECT CASE WHEN count(*) > %s THEN 'more' ELSE 'fewer' END, " \
                "CASE WHEN %s > 3 THEN 'more' ELSE 'fewer' END FROM visits WHERE born = %s AND id = %s"
        assert conn.execute(found, (0, 0, "29 Feb 1980", "7")).fetchone() == ("more", "fewer")
        assert conn.execute(found, (20, 20, "29 Feb 1980", "7")).fetchone() == ("fewer", "more")
        with pytest.raises(errors.InvalidTextRepresentation, match="invalid input syntax"):
            conn.execute(found, (0, 0, "1980-02-29", "x"))


def test_many_at_once(server):
    """Each waits for the others where the database lets one write at a time, and none is lost."""
    async def one(i):
        async with await psycopg.AsyncConnection.connect(where(server), autocommit=True) as conn:
            return await copy_async(conn, b"%d\tx\t\\N\t\\N\t\\N\n" % i)

    async def all_of_them():
        return await asyncio.gather(*[one(i) for i in range(10)])

    flows.tables(server)
    assert asyncio.run(all_of_them()) == [1] * 10
    assert flows.left(server) == 10
