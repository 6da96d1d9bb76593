"""Small words that many tests use."""
import pytest
import psycopg

PEOPLE = "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(100), born DATE)"


def copy_in(conn, statement, *pieces):
    """Sends the pieces as CopyData, each as it is; returns the rows of the command tag."""
    cursor = conn.cursor()
    with cursor.copy(statement) as copy:
        for piece in pieces:
            copy.write(piece)
    return cursor.rowcount


def copy_out(conn, statement):
    with conn.cursor().copy(statement) as copy:
        return b"".join(bytes(data) for data in copy)


def refused(conn, statement, *pieces):
    """What COPY FROM of these bytes is refused with."""
    with pytest.raises(psycopg.Error) as caught:
        copy_in(conn, statement, *pieces)
    return caught.value.diag


def count(conn, table):
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
