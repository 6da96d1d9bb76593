"""What all end-to-end tests share.  PGCOPYD names the server to test."""
import os
import re
import subprocess
import sys

import pytest

pytest.register_assert_rewrite("flows", "helpers", "servers", "tls")

import servers  # noqa: E402
import tls  # noqa: E402


def generate(folder, name, rows):
    """A set of examples/data, as a file."""
    path = folder / f"{name}-{rows}.csv"
    if not path.exists():
        program = servers.ROOT / "examples/data/generate.py"
        with open(path, "wb") as out:
            subprocess.run([sys.executable, program, name, str(rows)], stdout=out, check=True)
    return path


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return lambda name, rows: generate(folder, name, rows)


def create(name):
    """The CREATE TABLE of a set."""
    program = servers.ROOT / "examples/data/generate.py"
    return subprocess.check_output([sys.executable, program, "--create", name], text=True)


@pytest.fixture
def start(tmp_path):
    """Starts any number of servers; each has to end in good order."""
    running = []

    def start_one(*args, **more):
        running.append(servers.Pgcopyd(tmp_path, *args, **more))
        return running[-1]

    yield start_one
    for server in running:
        server.stop()


@pytest.fixture
def server(start, request):
    return start(by=getattr(request, "param", "sqlite"))


def pytest_generate_tests(metafunc):
    """The clients meet both ways to SQLite."""
    if "server" in metafunc.fixturenames and metafunc.definition.path.parent.name == "clients":
        metafunc.parametrize("server", ["odbc", "sqlite"], indirect=True)


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    return tls.Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def oracle():
    if not servers.have_postgres():
        pytest.skip("no PostgreSQL here")
    postgres = servers.Postgres()
    yield postgres
    postgres.stop()


@pytest.fixture(params=["sqlite", "odbc", "postgresql"])
def both(request):
    """A test that asks for this says what PostgreSQL does, and that pgcopyd does it too."""
    if request.param != "postgresql":
        return request.getfixturevalue("start")(by=request.param)
    postgres = request.getfixturevalue("oracle")
    postgres.new_database("t" + re.sub(r"\W", "_", request.node.name).lower()[:40] + os.urandom(4).hex())
    return postgres


@pytest.fixture
def conn(both):
    with both.connect() as connection:
        yield connection
