"""asyncpg: copies of records, files and queries; it describes the table first, without Sync."""
import asyncio
import datetime
import io

import pytest

import flows

try:
    import asyncpg
except ImportError as why:
    flows.skip("asyncpg", why)

COLUMNS = ["id", "name", "born", "weight", "note"]


def values():
    return [(i, name, born and datetime.date.fromisoformat(born), weight, note)
            for i, name, born, weight, note in flows.ROWS]


def where(server):
    return dict(host=server.host, port=server.port, user=server.user, database=server.dbname,
                ssl=False, timeout=60)


@pytest.fixture
def play(server):
    """Runs a coroutine with a connection."""
    async def with_connection(work):
        conn = await asyncpg.connect(**where(server))
        try:
            await work(conn)
        finally:
            await conn.close()

    flows.tables(server)
    return lambda work: asyncio.run(with_connection(work))


def source(data):
    return dict(source=io.BytesIO(data), columns=COLUMNS)


async def export(conn, **options):
    out = io.BytesIO()
    await conn.copy_from_table("visits", output=out, **options)
    return out.getvalue()


async def one_more(conn):
    assert await conn.copy_to_table("visits", **source(flows.ONE)) == "COPY 1"
    assert await conn.fetchval("SELECT id FROM visits") == 5001


def test_files(play):
    async def work(conn):
        assert await conn.copy_to_table("visits", **source(flows.GOOD)) == "COPY 1000"
        assert await export(conn) == flows.GOOD
        csv = await export(conn, format="csv", header=True)
        await conn.execute("DELETE FROM visits")
        await conn.copy_to_table("visits", format="csv", header=True, **source(csv))
        assert await export(conn) == flows.GOOD

    play(work)


def test_records(play):
    async def work(conn):
        done = await conn.copy_records_to_table("visits", records=values(), columns=COLUMNS)
        assert done == "COPY 1000"
        assert await export(conn) == flows.GOOD
        assert [tuple(r) for r in await conn.fetch("SELECT * FROM visits")] == values()

    play(work)


def test_binary_there_and_back(play):
    async def work(conn):
        await conn.copy_to_table("visits", **source(flows.GOOD))
        binary = await export(conn, format="binary")
        await conn.execute("DELETE FROM visits")
        await conn.copy_to_table("visits", format="binary", **source(binary))
        assert await export(conn) == flows.GOOD

    play(work)


def test_queries(play):
    """With an argument it asks for its literal by quote_literal()."""
    async def work(conn):
        out = io.BytesIO()
        await conn.copy_to_table("visits", **source(flows.GOOD))
        done = await conn.copy_from_query("SELECT id FROM visits WHERE id <= 3", output=out)
        assert (done, out.getvalue()) == ("COPY 3", b"1\n2\n3\n")
        out = io.BytesIO()
        await conn.copy_from_query("SELECT id FROM visits WHERE name = $1", "name 7", output=out)
        assert out.getvalue() == b"7\n"
        out = io.BytesIO()
        await conn.copy_from_query("SELECT $1 AS x", "O'Ne\\il", output=out)
        assert out.getvalue() == b"O'Ne\\\\il\n"

    play(work)


@pytest.mark.needs("types of parameters")
def test_parameters_have_types(play):
    """It declares none, and takes what the server describes."""
    async def work(conn):
        await conn.executemany("INSERT INTO visits VALUES ($1, $2, $3, $4, $5)", values())
        born = datetime.date(1927, 8, 8)
        query = "SELECT id FROM visits WHERE id IN ($1, 8, $2) AND born <= $3 AND weight > $4 LIMIT $5"
        assert await conn.fetchval(query, 7, 9, born, 1.5, 2) == 7
        many = "SELECT CASE WHEN count(*) > $1 THEN 1 ELSE 0 END FROM visits"
        assert await conn.fetchval(many, flows.N - 1) == 1
        assert await conn.fetchval(many, flows.N * 9) == 0
        assert await conn.fetchval("SELECT $1::int + 1", 41) == 42
        assert await conn.execute("UPDATE visits SET weight = $1 WHERE name = $2", 2.25, "name 1") \
            == "UPDATE 1"
        with pytest.raises(asyncpg.DataError, match="cannot be interpreted as an integer"):
            await conn.fetchval("SELECT id FROM visits WHERE id = $1", "seven")

    play(work)


@pytest.mark.parametrize("end, left", [("commit", flows.N), ("rollback", 0)])
def test_in_a_transaction(play, server, end, left):
    async def work(conn):
        transaction = conn.transaction()
        await transaction.start()
        await conn.copy_records_to_table("visits", records=values(), columns=COLUMNS)
        assert await conn.fetchval("SELECT count(*) FROM visits") == flows.N
        await getattr(transaction, end)()

    play(work)
    assert flows.left(server) == left


def test_an_error_and_then_more(play):
    async def work(conn):
        with pytest.raises(asyncpg.InvalidTextRepresentationError, match="seven hundred"):
            await conn.copy_to_table("visits", **source(flows.BAD))
        with pytest.raises(asyncpg.UniqueViolationError):
            await conn.copy_records_to_table("visits", records=values() + values()[:1])
        with pytest.raises(asyncpg.PostgresError):
            async with conn.transaction():
                await conn.copy_to_table("visits", **source(flows.GOOD))
                await conn.copy_to_table("visits", **source(flows.BAD))
        await one_more(conn)

    play(work)


def test_a_source_that_fails_aborts(play):
    async def broken():
        yield flows.GOOD
        raise ValueError("never mind")

    async def work(conn):
        with pytest.raises(ValueError):
            await conn.copy_to_table("visits", source=broken())
        await one_more(conn)

    play(work)


def test_a_target_that_fails_aborts(play):
    """CopyFail and a CancelRequest, the latter behind an SSLRequest."""
    async def broken(_data):
        raise ValueError("never mind")

    async def work(conn):
        with pytest.raises(ValueError):
            await conn.copy_from_query(flows.ENDLESS, output=broken)
        await one_more(conn)

    play(work)


def test_a_timeout_cancels(server, play):
    async def slow(_data):
        await asyncio.sleep(0.01)

    async def work(conn):
        with pytest.raises(asyncio.TimeoutError):
            await conn.copy_from_query(server.behind.endless, output=slow, timeout=0.5)
        await one_more(conn)

    play(work)


def test_a_missing_table(play):
    """It has sent all its data before it hears of that."""
    async def work(conn):
        with pytest.raises(asyncpg.UndefinedTableError):
            await conn.copy_to_table("nowhere", source=io.BytesIO(flows.GOOD))
        with pytest.raises(asyncpg.UndefinedTableError):
            await conn.copy_records_to_table("nowhere", records=values())
        await one_more(conn)

    play(work)


def test_a_pool_resets_its_connections(server):
    flows.tables(server)

    async def one(pool, i):
        async with pool.acquire() as conn:
            await conn.execute("SET statement_timeout = '1h'")
            row = (i, None, None, None, None)
            assert await conn.copy_records_to_table("visits", records=[row]) == "COPY 1"
            return conn.get_server_pid()

    async def work():
        async with asyncpg.create_pool(**where(server), min_size=1, max_size=2) as pool:
            pids = await asyncio.gather(*[one(pool, i) for i in range(8)])
            assert len(set(pids)) <= 2
            async with pool.acquire() as conn:
                assert await conn.fetchval("SHOW statement_timeout") == "0"
                assert await conn.fetchval("SELECT count(*) FROM visits") == 8

    asyncio.run(work())
