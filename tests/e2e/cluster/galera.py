"""Three MariaDB servers that are one database, by Debian's galera-4."""
import pathlib

import mariadb
import servers

PROVIDER = pathlib.Path("/usr/lib/galera/libgalera_smm.so")
# A node is taken for dead after 3 seconds, in place of 15.
QUICK = "evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT3S;" \
        "evs.install_timeout=PT3S;gcache.size=32M"


def lacking():
    return mariadb.lacking() or (None if PROVIDER.exists() else "no galera-4")


class Node(mariadb.Server):
    def __init__(self, number, first, count):
        base = first + 4 * number  # SQL, group, incremental transfer, whole transfer
        peers = ",".join(f"127.0.0.1:{first + 4 * i + 1}" for i in range(count))
        super().__init__(
            "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--wsrep-on=ON",
            f"--wsrep-provider={PROVIDER}", "--wsrep-cluster-name=pgcopy",
            f"--wsrep-node-name=n{number + 1}", "--wsrep-node-address=127.0.0.1",
            f"--wsrep-cluster-address=gcomm://{peers}", "--wsrep-sst-method=rsync",
            f"--wsrep-sst-receive-address=127.0.0.1:{base + 3}",
            f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{base + 1};"
            f"ist.recv_addr=127.0.0.1:{base + 2};{QUICK}",
            port=base, data=number == 0)

    def answers(self):
        """Ready, not only there."""
        return super().answers() and self.status("ready") == "ON" and \
            self.status("local_state_comment") == "Synced"

    def status(self, name):
        return self.sql(f"SHOW STATUS LIKE 'wsrep_{name}'")[0][1]

    def digest(self, table):
        """Of all rows, once all that was committed anywhere before has come here."""
        return self.sql(f"SET SESSION wsrep_sync_wait = 1; SELECT count(*) FROM {table}; "
                        f"CHECKSUM TABLE {table} EXTENDED")


class Cluster:
    def __init__(self, count=3):
        first = mariadb.free_ports(4 * count)
        self.nodes = [Node(i, first, count) for i in range(count)]
        try:
            self.nodes[0].start("--wsrep-new-cluster")
            for node in self.nodes[1:]:
                node.start()
            self.wait_for_all()
            self.sql("CREATE DATABASE main")
        except BaseException:
            self.stop()
            raise

    def running(self):
        return [node for node in self.nodes if node.process.poll() is None]

    def wait_for_all(self):
        """Of those that run: they know each other, and no others."""
        running = self.running()
        servers.wait_until(
            lambda: all(node.status("cluster_size") == str(len(running)) and node.answers()
                        for node in running), "the nodes do not find each other")

    def sql(self, query):
        return self.running()[0].sql(query)

    def rows(self, table):
        """How many, which must be the same ones on all nodes."""
        digests = [node.digest(f"main.{table}") for node in self.running()]
        assert all(digest == digests[0] for digest in digests), digests
        return int(digests[0][0][0])

    def logs(self):
        return "\n".join(f"---- {node.port}\n{node.log()}" for node in self.nodes)

    def stop(self):
        for node in self.nodes:
            node.stop()
