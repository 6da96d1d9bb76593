"""What all end-to-end tests share.  PGCOPYD names the server to test."""
import functools
import os
import pathlib
import re
import subprocess
import sys

import pytest

pytest.register_assert_rewrite("flows", "helpers", "servers", "tls")

import backends  # noqa: E402
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


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(feature): what a database behind may lack")
    config.addinivalue_line("markers", "behind(names): the only databases that a test is about")


def pytest_generate_tests(metafunc):
    """Clients meet both ways to SQLite, what PostgreSQL is asked too one, unless one is named."""
    if "behind" not in metafunc.fixturenames:
        return
    asked = backends.asked_for()
    names = [asked] if asked else ["libsqlite"]
    if not asked and metafunc.definition.path.parent.name == "clients":
        names += ["sqlite"]
    if not asked and "both" in metafunc.fixturenames:
        names += ["oracle"]
    for mark in metafunc.definition.iter_markers("behind"):
        names = [name for name in mark.args if asked in (None, name)]
    metafunc.parametrize("behind", names, indirect=True)


@pytest.fixture(scope="session")
def databases():
    """The one of a name, started when it is asked for."""
    made = {}

    def get(name):
        try:
            made[name] = made.get(name) or backends.make(name)
        except backends.NotHere as why:
            if backends.asked_for():
                raise
            pytest.skip(f"{name}: {why}")
        return made[name]

    yield get
    for backend in made.values():
        backend.stop()


@pytest.fixture(scope="session")
def oracle(databases):
    return databases("oracle").server


@pytest.fixture
def behind(request, databases, tmp_path):
    """A database without tables."""
    backend = databases(request.param)
    for mark in request.node.iter_markers("needs"):
        for feature in mark.args:
            assert feature in backends.FEATURES
            if feature in backend.lacks:
                pytest.skip(f"{request.param}: {backend.lacks[feature]}")
    name = re.sub(r"\W", "_", request.node.name).lower()[:40]
    backend.fresh(tmp_path, "t" + name + os.urandom(4).hex())
    return backend


@pytest.fixture
def launch(tmp_path):
    """Starts any number of servers; each has to end in good order."""
    running = []

    def launch_one(*args, **more):
        running.append(servers.Pgcopyd(tmp_path, *args, **more))
        return running[-1]

    yield launch_one
    for server in running:
        server.stop()


@pytest.fixture
def start(launch, behind):
    """The same, before the database."""
    if behind.url is None:
        pytest.skip("about pgcopyd alone")
    return functools.partial(launch, behind=behind)


@pytest.fixture
def server(start):
    return start()


@pytest.fixture
def both(request, behind):
    """A test that asks for this says what PostgreSQL does, and that pgcopyd does it too."""
    return behind.server if behind.url is None else request.getfixturevalue("server")


@pytest.fixture
def conn(both):
    with both.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    return tls.Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    """A pgcopyd without sanitizers, which have memory of their own."""
    for path in (os.environ.get("PGCOPYD_RELEASE"), servers.pgcopyd_path()):
        if path and b"__asan_init" not in pathlib.Path(path).read_bytes():
            return path
    build = tmp_path_factory.mktemp("release")
    for command in (["cmake", "-S", servers.ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                     "-DPGCOPY_TESTS=OFF"], ["cmake", "--build", build]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return build / "examples/pgcopyd/pgcopyd"
