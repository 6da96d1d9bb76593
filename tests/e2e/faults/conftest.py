"""The databases are made once, and are there again behind each test."""
import pytest

import backends
import databases
import servers


@pytest.fixture(scope="session")
def made():
    kinds = {}
    yield kinds
    for database in kinds.values():
        database.stop()


@pytest.fixture(params=["postgres", "mariadb"])
def database(request, made):
    try:
        made[request.param] = made.get(request.param) or databases.KINDS[request.param]()
    except backends.NotHere as why:
        pytest.skip(f"{request.param}: {why}")
    made[request.param].fresh()
    made[request.param].proxy.at(None, None)
    return made[request.param]


@pytest.fixture
def server(database, tmp_path):
    server = servers.Pgcopyd(tmp_path, behind=database)
    yield server
    server.stop()
