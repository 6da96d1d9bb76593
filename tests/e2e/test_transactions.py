"""COPY inside BEGIN ... COMMIT or ROLLBACK, over pgcopyd and over PostgreSQL."""
import psycopg
import pytest
from psycopg.pq import TransactionStatus

from helpers import PEOPLE, copy_in, count, refused

ROWS = b"".join(b"%d\tname\t2000-01-01\n" % i for i in range(1, 251))


@pytest.fixture
def people(conn):
    conn.execute(PEOPLE)
    return conn


@pytest.mark.parametrize("end, left", [("COMMIT", 250), ("ROLLBACK", 0)])
def test_a_copy_lives_as_its_transaction_does(people, both, end, left):
    people.execute("BEGIN")
    assert copy_in(people, "COPY people FROM STDIN", ROWS) == 250
    assert people.info.transaction_status == TransactionStatus.INTRANS
    assert count(people, "people") == 250
    people.execute(end)
    assert people.info.transaction_status == TransactionStatus.IDLE
    with both.connect() as other:
        assert count(other, "people") == left


def test_a_failed_copy_fails_its_transaction(people):
    people.execute("BEGIN")
    assert copy_in(people, "COPY people FROM STDIN", ROWS) == 250
    assert refused(people, "COPY people FROM STDIN", b"x\tx\t\\N\n").sqlstate == "22P02"
    assert people.info.transaction_status == TransactionStatus.INERROR
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        people.execute("SELECT 1")
    people.execute("ROLLBACK")
    assert people.info.transaction_status == TransactionStatus.IDLE
    assert count(people, "people") == 0


def test_commit_of_a_failed_transaction_rolls_back(people):
    people.execute("BEGIN")
    refused(people, "COPY people FROM STDIN", ROWS + b"x\tx\t\\N\n")
    assert people.execute("COMMIT").statusmessage == "ROLLBACK"
    assert count(people, "people") == 0


def test_a_savepoint_saves_what_came_before(people):
    people.execute("BEGIN")
    copy_in(people, "COPY people FROM STDIN", ROWS)
    people.execute("SAVEPOINT before")
    refused(people, "COPY people FROM STDIN", b"1000\ty\t\\N\nx\tx\t\\N\n")
    people.execute("ROLLBACK TO SAVEPOINT before")
    people.execute("COMMIT")
    assert count(people, "people") == 250


def test_a_string_of_statements_is_one_transaction(people):
    with pytest.raises(psycopg.errors.UndefinedTable):
        people.execute("INSERT INTO people VALUES (1, 'x', NULL); COPY nope TO STDOUT")
    assert count(people, "people") == 0


def test_others_do_not_see_it_before_commit(people, both):
    people.execute("BEGIN")
    copy_in(people, "COPY people FROM STDIN", ROWS)
    with both.connect() as other:
        assert count(other, "people") == 0
    people.execute("COMMIT")
    with both.connect() as other:
        assert count(other, "people") == 250


@pytest.mark.behind("libsqlite", "sqlite", "mariadb")
def test_the_body_of_a_trigger_is_one_statement(people, behind):
    """And a plain BEGIN; ... END; is several.  PostgreSQL's triggers have no body."""
    each = "FOR EACH ROW " if behind.text == "LONGTEXT" else ""
    people.execute("CREATE TABLE visits (id INT, name VARCHAR(20))")
    people.execute(
        f"CREATE TRIGGER log AFTER INSERT ON people {each}BEGIN "
        "INSERT INTO visits VALUES (new.id, CASE WHEN new.id > 1 THEN 'a' ELSE 'b' END); "
        "INSERT INTO visits VALUES (-new.id, 'c'); END; SELECT 1")
    people.execute("BEGIN; SELECT CASE WHEN 1 = 1 THEN 2 END; END;")
    assert people.info.transaction_status == TransactionStatus.IDLE
    assert copy_in(people, "COPY people FROM STDIN", ROWS) == 250
    assert count(people, "visits") == 500
