"""pgcopyd behind a MariaDB Galera cluster: what happens to a COPY when a node or a commit fails."""
from concurrent import futures

import pytest

import servers
from helpers import copy_in, count
from wire import Wire

COPY = "COPY people FROM STDIN"
RETRY = ("08", "40", "57")  # classes of SQLSTATE: try again, elsewhere or later


def people(first, n):
    return b"".join(b"%d\tname %d\n" % (i, i) for i in range(first, first + n))


def begin_copy(server, rows):
    """A COPY whose rows are in the database, and whose end is not."""
    client = Wire(server)
    client.query(COPY)
    client.until(b"G")
    client.send(b"d", rows)
    wait_for_progress(server)
    return client


def wait_for_progress(server):
    def loaded():
        with server.connect() as conn:
            found = conn.execute("SELECT tuples_processed FROM pg_stat_progress_copy").fetchone()
        return found and int(found[0]) > 1000

    servers.wait_until(loaded, "the rows do not come to the database")


def end_copy(client):
    """The messages up to ReadyForQuery, by type."""
    client.send(b"c")
    return dict(client.until(b"Z"))


def node_of(server):
    with server.connect() as conn:
        return conn.execute("SELECT @@wsrep_node_name").fetchone()[0]


def test_what_is_loaded_behind_two_nodes_is_on_all(cluster, table, behind):
    pgcopyds = [behind(1, 2, 3), behind(2, 3, 1)]
    assert [node_of(server) for server in pgcopyds] == ["n1", "n2"]

    def load(n):
        with pgcopyds[n % 2].connect() as conn:
            return copy_in(conn, COPY, people(n * 5000, 5000))

    with futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(load, range(4))) == [5000] * 4
    assert cluster.rows("people") == 20_000


@pytest.mark.parametrize("block", [False, True], ids=["copy", "block"])
def test_a_conflict_at_commit_is_told_before_the_end(cluster, table, behind, block):
    """Two clients load the same keys on two nodes: neither sees the other until it commits."""
    pgcopyds = [behind(1), behind(2)]
    clients = [Wire(server) for server in pgcopyds]
    for client, server in zip(clients, pgcopyds):
        if block:
            client.query("BEGIN")
            client.until(b"Z")
        client.query(COPY)
        client.until(b"G")
        client.send(b"d", people(0, 3000))
        wait_for_progress(server)
    ends = []
    for client in clients:
        end = end_copy(client)
        if block and b"C" in end:
            client.query("COMMIT")
            end = dict(client.until(b"Z"))
        ends.append(end)
    assert b"C" in ends[0] and b"E" not in ends[0]
    assert b"E" in ends[1] and b"C" not in ends[1]
    assert clients[1].fields(ends[1][b"E"])["C"][:2] == "40"
    assert cluster.rows("people") == 3000


def test_a_node_is_killed_in_mid_copy(cluster, table, behind):
    """Nothing of it is anywhere; the same client, with the same connection, tries again."""
    third, others = behind(3, 1, 2), behind(1, 2)
    unharmed = begin_copy(others, people(100_000, 3000))
    client = begin_copy(third, people(0, 3000))
    cluster.nodes[2].kill()
    client.send(b"d", people(3000, 20_000))
    end = end_copy(client)
    assert b"C" not in end
    assert client.fields(end[b"E"])["C"][:2] in RETRY
    assert b"C" in end_copy(unharmed)
    cluster.wait_for_all()
    assert cluster.rows("people") == 3000
    client.query(COPY)
    client.until(b"G")
    client.send(b"d", people(0, 23_000))
    assert b"C" in end_copy(client)
    assert cluster.rows("people") == 26_000
    assert node_of(third) == "n1"
    cluster.nodes[2].start()
    cluster.wait_for_all()
    assert cluster.rows("people") == 26_000


def test_a_pgcopyd_is_killed_in_mid_copy(cluster, table, behind):
    """It takes nothing along but its clients' connections: another one loads the same rows."""
    one, two = behind(1), behind(1)
    client = begin_copy(one, people(0, 3000))
    one.process.kill()
    with pytest.raises((EOFError, OSError)):
        end_copy(client)
    with two.connect() as conn:
        assert copy_in(conn, COPY, people(0, 3000)) == 3000
    assert cluster.rows("people") == 3000


@pytest.mark.parametrize("knows", [True, False], ids=["before", "meanwhile"])
def test_a_node_without_a_majority_does_not_commit(cluster, table, behind, knows):
    """Two of three are frozen: the third one cannot commit, and says so; it learns of it before
    the commit, or while that waits for the others."""
    server = behind(1, 2, 3)
    client = begin_copy(server, people(0, 3000))
    frozen = cluster.nodes[1:]
    for node in frozen:
        node.freeze()
    try:
        if knows:
            servers.wait_until(lambda: cluster.nodes[0].status("cluster_status") != "Primary",
                               "the node takes itself for a majority")
        end = end_copy(client)
    finally:
        for node in frozen:
            node.thaw()
    assert b"C" not in end
    assert client.fields(end[b"E"])["C"][:2] in RETRY
    cluster.wait_for_all()
    assert cluster.rows("people") == 0
    with server.connect() as conn:
        assert copy_in(conn, COPY, people(0, 3000)) == 3000
    assert cluster.rows("people") == 3000
