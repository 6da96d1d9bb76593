"""psycopg2: copy_from, copy_to, copy_expert; it sends BEGIN before all but autocommit."""
import io
import threading

import pytest

import flows

try:
    import psycopg2
    from psycopg2 import errors, extensions
except ImportError as why:
    flows.skip("psycopg2", why)


@pytest.fixture
def conn(server):
    flows.tables(server)
    connection = psycopg2.connect(host=server.host, port=server.port, user=server.user,
                                  dbname=server.dbname, sslmode="disable")
    yield connection
    connection.close()


def copy(conn, data, sql="COPY visits FROM STDIN"):
    cursor = conn.cursor()
    cursor.copy_expert(sql, io.BytesIO(data))
    return cursor.rowcount


def export(conn, sql="COPY visits TO STDOUT"):
    out = io.BytesIO()
    conn.cursor().copy_expert(sql, out)
    return out.getvalue()


def one_more(conn, server):
    assert copy(conn, flows.ONE) == 1
    conn.commit()
    assert server.rows("SELECT id FROM visits") == [(5001,)]


def test_copy_from_and_copy_to(conn):
    cursor, out = conn.cursor(), io.BytesIO()
    cursor.copy_from(io.BytesIO(flows.GOOD), "visits",
                     columns=("id", "name", "born", "weight", "note"))
    assert cursor.rowcount == flows.N
    cursor.copy_to(out, "visits")
    assert out.getvalue() == flows.GOOD


def test_binary(conn):
    copy(conn, flows.GOOD)
    binary = export(conn, "COPY visits TO STDOUT (FORMAT binary)")
    conn.rollback()
    assert copy(conn, binary, "COPY visits FROM STDIN (FORMAT binary)") == flows.N
    assert export(conn) == flows.GOOD


@pytest.mark.parametrize("end, left", [("commit", flows.N), ("rollback", 0)])
def test_in_a_transaction(conn, server, end, left):
    copy(conn, flows.GOOD)
    assert conn.info.transaction_status == extensions.TRANSACTION_STATUS_INTRANS
    getattr(conn, end)()
    assert flows.left(server) == left


def test_an_error_and_then_more(conn, server):
    with pytest.raises(errors.InvalidTextRepresentation) as caught:
        copy(conn, flows.BAD)
    assert caught.value.diag.context == 'COPY visits, line 700, column id: "seven hundred"'
    with pytest.raises(errors.InFailedSqlTransaction):
        copy(conn, flows.ONE)
    conn.rollback()
    one_more(conn, server)


def test_a_file_that_cannot_be_read_aborts(conn, server):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("no such disk")
            return super().read(size)

    with pytest.raises(errors.QueryCanceled, match="no such disk"):
        conn.cursor().copy_expert("COPY visits FROM STDIN", Broken(flows.GOOD))
    conn.rollback()
    one_more(conn, server)


def test_cancelled(conn, server):
    class Cancels:
        """Sends a CancelRequest when the first rows have come."""
        cancelled = False

        def write(self, data):
            if not self.cancelled:
                self.cancelled = True
                threading.Thread(target=conn.cancel).start()

    with pytest.raises(errors.QueryCanceled, match="user request"):
        conn.cursor().copy_expert(f"COPY ({flows.ENDLESS}) TO STDOUT", Cancels())
    conn.rollback()
    one_more(conn, server)


def test_a_missing_table(conn, server):
    with pytest.raises(errors.UndefinedTable):
        copy(conn, flows.GOOD, "COPY nowhere FROM STDIN")
    conn.rollback()
    one_more(conn, server)


def test_again(conn, server):
    conn.autocommit = True
    assert copy(conn, flows.GOOD) == flows.N
    cursor = conn.cursor()
    cursor.execute("SELECT name, born FROM visits WHERE id = %s", (5,))
    assert cursor.fetchone()[0] == "name 5"
    cursor.execute("DELETE FROM visits")
    one_more(conn, server)


def test_values_into_a_read_only_session(conn, server):
    conn.set_session(readonly=True)
    with pytest.raises(errors.ReadOnlySqlTransaction, match="cannot execute INSERT in a"):
        conn.cursor().execute("INSERT INTO visits (id) VALUES (1)")
    conn.rollback()
    with pytest.raises(errors.ReadOnlySqlTransaction, match="cannot execute COPY FROM in a"):
        copy(conn, flows.GOOD)
    conn.rollback()
    assert flows.left(server) == 0
