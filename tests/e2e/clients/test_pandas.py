"""pandas.to_sql over SQLAlchemy and psycopg2: by INSERT, by INSERT of many, by COPY."""
import csv
import io

import pytest

import flows

try:
    import pandas
    import sqlalchemy
    import psycopg2  # noqa: F401
except ImportError as why:
    flows.skip("pandas and SQLAlchemy", why)


@pytest.fixture
def engine(server):
    made = sqlalchemy.create_engine(
        f"postgresql+psycopg2://{server.user}@{server.host}:{server.port}/{server.dbname}"
        "?sslmode=disable")
    yield made
    made.dispose()


@pytest.fixture
def frame():
    made = pandas.DataFrame(flows.ROWS, columns=["id", "name", "born", "weight", "note"])
    made["born"] = pandas.to_datetime(made["born"])
    return made


def by_copy(table, conn, keys, rows):
    """As pandas' manual has it (IO tools, insertion method)."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    file.seek(0)
    columns = ", ".join(f'"{key}"' for key in keys)
    with conn.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table.name} ({columns}) FROM STDIN WITH CSV", file)


METHODS = {"insert": None, "multi": "multi", "copy": by_copy}


def stored(server):
    return server.rows("SELECT count(*), min(id), max(id), sum(weight) FROM visits")[0]


@pytest.mark.needs("TIMESTAMP WITHOUT TIME ZONE")
@pytest.mark.parametrize("method", METHODS)
def test_a_new_table(server, engine, frame, method):
    frame.to_sql("visits", engine, index=False, method=METHODS[method], chunksize=200)
    assert stored(server) == (flows.N, 1, flows.N, sum(r[3] for r in flows.ROWS))
    back = pandas.read_sql("SELECT * FROM visits", engine, parse_dates=["born"])
    assert back["name"].tolist() == frame["name"].tolist()
    assert back["born"].equals(frame["born"])
    assert back["weight"].equals(frame["weight"])


@pytest.mark.parametrize("method", METHODS)
def test_appended(server, engine, frame, method):
    flows.tables(server)
    frame.to_sql("visits", engine, index=False, method=METHODS[method], if_exists="append",
                 chunksize=100)
    assert stored(server)[:3] == (flows.N, 1, flows.N)


def test_a_table_that_is_there_is_not_made_again(server, engine, frame):
    flows.tables(server)
    with pytest.raises(ValueError, match="already exists"):
        frame.to_sql("visits", engine, index=False)


def test_an_error_rolls_all_back(server, engine, frame):
    flows.tables(server)
    frame.loc[900, "id"] = 1
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        frame.to_sql("visits", engine, index=False, if_exists="append", chunksize=100)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        frame.to_sql("visits", engine, index=False, if_exists="append", method=by_copy)
    assert stored(server)[0] == 0
    frame.head(5).to_sql("visits", engine, index=False, if_exists="append", method=by_copy)
    assert stored(server)[0] == 5


def test_the_schema_is_looked_at(server, engine):
    """has_table() and get_table_names() do not fail; what is not known is empty."""
    flows.tables(server)
    seen = sqlalchemy.inspect(engine)
    assert seen.has_table("visits")
    assert not seen.has_table("nowhere")
    assert seen.default_schema_name == "public"
    assert set(seen.get_schema_names()) <= {"information_schema", "public"}


@pytest.mark.parametrize("end, left", [("commit", flows.N), ("rollback", 0)])
def test_in_a_transaction(server, engine, frame, end, left):
    flows.tables(server)
    with engine.connect() as conn:
        transaction = conn.begin()
        frame.to_sql("visits", conn, index=False, if_exists="append", method=by_copy)
        assert conn.execute(sqlalchemy.text("SELECT count(*) FROM visits")).scalar() == flows.N
        getattr(transaction, end)()
    assert flows.left(server) == left
