"""Memory that grows neither with the rows nor with a client that is slow, hasty or idle."""
import time

from conftest import create
from wire import Startup


def test_ten_times_the_rows_take_no_more(start, plain, sets):
    """Of the library and the network alone; the same file again and again."""
    server = start("--database", "sink=discard:", path=plain)
    source = sets("patients", 100_000)
    server.dbname = "sink"
    copy = ["-c", rf"\copy patients from '{source}' csv header"]
    server.psql(*copy)
    first = server.peak_kib()
    server.psql(*copy * 10)
    assert server.peak_kib() <= first + 512  # of noise: the allocator's, and of a thread or two


def lines_of(path):
    """In PostgreSQL names are folded, and new rows take the place of old ones."""
    return sorted(path.read_bytes().lower().split(b"\n"))


def test_a_long_copy_takes_no_more_than_a_short_one(start, plain, sets, tmp_path):
    """In and out, a database behind it, which fills its cache at the short ones already."""
    server = start(path=plain)
    server.psql("-c", create("patients"))
    peaks = []
    for rows in (10_000, 30_000, 300_000):
        source, back = sets("patients", rows), tmp_path / "back.csv"
        server.psql("-c", "DELETE FROM patients",
                    "-c", rf"\copy patients from '{source}' csv header",
                    "-c", rf"\copy patients to '{back}' csv header")
        assert lines_of(back) == lines_of(source)
        peaks.append(server.peak_kib())
    assert peaks[2] <= peaks[1] + 512, peaks


def test_a_long_value_is_once_in_our_memory(start, behind, plain):
    """A batch has it whole; the send buffer has it when the driver has let go of it."""
    size = 40_000_000  # of what malloc gives back at once
    took = []
    for statement in "COPY t FROM STDIN", "COPY t TO STDOUT":
        server = start(path=plain)
        with server.connect() as conn:
            if not took:
                conn.execute(f"CREATE TABLE t (a {behind.text})")
            before = server.peak_kib()
            with conn.cursor().copy(statement) as copy:
                if took:
                    assert sum(map(len, copy)) == size + 1
                else:
                    for _ in range(1000):
                        copy.write(b"x" * (size // 1000))
            took.append((server.peak_kib() - before) * 1024 / size)
    print("copies of a long value: {:.2f} in, {:.2f} out".format(*took))
    for copies, most in zip(took, behind.copies):
        assert copies < most + 0.4


def test_tls_holds_up_who_does_not_read(start, plain, ca):
    """What the socket does not take stays with the database."""
    server = start(*ca.args, path=plain)
    lazy = Startup(server, "ann", ca.connect(server))
    lazy.until(b"Z")
    before = server.peak_kib()
    lazy.query("COPY (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
               f"SELECT i, '{'x' * 500}' AS x FROM n) TO STDOUT")
    lazy.until(b"H")
    time.sleep(1)
    assert server.peak_kib() - before < 4096
    lazy.leave_abruptly()


def test_tls_holds_up_who_does_not_stop_sending(start, plain, ca):
    """40 MB pass, in pieces of 200 kB."""
    server = start("--database", "sink=discard:", *ca.args, path=plain)
    with server.connect(dbname="sink", sslmode="require") as conn:
        before = server.peak_kib()
        with conn.cursor().copy("COPY t FROM STDIN") as copy:
            for _ in range(200):
                copy.write(b"1\t2\n" * 50_000)
        assert server.peak_kib() - before < 4096


def test_an_idle_client_of_tls_is_small(start, plain, ca):
    server = start("--database", "sink=discard:", *ca.args, path=plain)
    more = dict(dbname="sink", sslmode="require")
    with server.connect(**more):
        before = server.peak_kib()
        clients = [server.connect(**more) for _ in range(50)]
        assert (server.peak_kib() - before) / len(clients) < 64
        for client in clients:
            client.close()
