"""One cluster for all of these tests; its nodes' logs are printed where one fails."""
import signal
import types

import pytest

import galera
import mariadb
import servers


@pytest.fixture(scope="session")
def cluster():
    if galera.lacking():
        pytest.skip(galera.lacking())
    cluster = galera.Cluster()
    yield cluster
    cluster.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed and "cluster" in getattr(item, "funcargs", {}):
        report.sections.append(("nodes", item.funcargs["cluster"].logs()))


@pytest.fixture
def behind(cluster, tmp_path):
    """Starts pgcopyd behind nodes, in the order of their numbers."""
    running = []

    def start(*numbers):
        nodes = [cluster.nodes[number - 1] for number in numbers]
        url = mariadb.url(nodes, "main")
        running.append(servers.Pgcopyd(tmp_path, behind=types.SimpleNamespace(url=url)))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() != -signal.SIGKILL:  # a test's own doing
            server.stop()


@pytest.fixture
def table(cluster):
    cluster.sql("CREATE OR REPLACE TABLE main.people (id INT PRIMARY KEY, name VARCHAR(100))")
    return "people"
