"""What libpgcopy has to reach, and whether it did.

A goal is its name (tests/bench/notes.md has reasons by it), its words, and a function of the
results that gives what was measured, in words, and whether that is enough: None where it cannot
be told.
"""
import re

ZSV = "zsv is neither in Debian nor in npm's registry"


def most(limit, value, form="{:.2f}"):
    return form.format(value), value <= limit


def speed(found, what, table):
    return found["codec"][what][table]["decode"]["MB/s"]


def worst_of(limit, ratios):
    words = ", ".join(f"{what.split()[0]} {ratio:.1f}x" for what, ratio in ratios.items())
    return words, min(ratios.values()) >= limit


def libcsv(table, limit):
    def judge(found):
        return worst_of(limit, {
            what: speed(found, what, table) / tables[table]["libcsv"]["MB/s"]
            for what, tables in found["codec"].items()
            if what.endswith(" csv") and tables[table]["libcsv"]})
    return judge


def postgres(kind, table, limit):
    def judge(found):
        return worst_of(limit, {
            what: speed(found, what, table) / values["GB/s"] / 1000
            for what, values in found["PostgreSQL's parse"].items() if what.endswith(kind)})
    return judge


def instructions(what, limit):
    return lambda found: most(limit, found["instructions"][what])


def printed(found, program, pattern):
    """A number that a program printed; KeyError: it did not."""
    match = re.search(pattern, found["programs"][program])
    if not match:
        raise KeyError(program)
    return float(match[1])


def best_table(found):
    return next(iter(found["codec"]["patients csv"]))


def binary(found):
    ns = found["codec"]["patients binary"][best_table(found)]["decode"]["ns/field"]
    return most(4.5, ns, "{:.2f} ns")


def one_row_pieces(found):
    ratio = printed(found, "bench_copyin", r"([\d.]+) of the speed")
    return f"{ratio:.2f}x", ratio >= 0.5


def wire(found):
    counts = [found["instructions"][f"copydata pieces-of-{n} - message"] for n in (65536, 61)]
    return "{:.1f} and {:.1f}".format(*counts), max(counts) <= 30


def discard(found):
    ours = found["over discard:"]["patients csv"]["in"]
    theirs = found["over PostgreSQL"]["patients csv"]["in, WHERE false"]
    wall, cpu = theirs["wall"] / ours["wall"], theirs["cpu"] / ours["cpu"]
    return (f"wall 1/{wall:.1f} ({ours['wall']:.3f} and {theirs['wall']:.3f} s), "
            f"CPU 1/{cpu:.1f} ({ours['cpu']:.3f} and {theirs['cpu']:.3f} s)",
            wall >= 5 and cpu >= 12)


def sqlite(way, theirs, limit):
    def judge(found):
        ours, other = found["over sqlite:"]["patients csv"][way]["wall"], theirs(found)[way]["wall"]
        return f"{other / ours:.2f}x ({ours:.3f} and {other:.3f} s)", other / ours >= limit
    return judge


def rows_over(database, way, limit):
    """psql through pgcopyd and the driver: rows a second, all of it on one core."""
    def judge(found):
        ours = found[f"over {database} by ODBC"]["patients csv"]
        rate = ours["rows"] / ours[way]["wall"]
        return f"{rate:,.0f}{beside(found, way, rate)}", rate >= limit
    return judge


def beside(found, way, rate):
    """How fast the machine is: sqlite3's program in the same run."""
    rows = found["over sqlite:"]["patients csv"]["rows"]
    return f" ({rate * shell(found)[way]['wall'] / rows:.2f}x sqlite3's program)"


def shell(found):
    return found["sqlite3"]["patients"]


def real(found):
    return found["over PostgreSQL"]["patients csv"]


def latency(what, kind, theirs, limit):
    def judge(found):
        ours, other = found["latency"][kind][what], found["latency"][theirs][what]
        return (f"{ours['p50'] / other['p50']:.2f}x ({ours['p50']:.1f} and {other['p50']:.1f} us; "
                f"p99 {ours['p99']:.1f} and {other['p99']:.1f})",
                ours["p50"] / other["p50"] <= limit)
    return judge


def translation(found):
    return most(3, printed(found, "bench_stmt", r"usual +parse +([\d.]+) ns") / 1000, "{:.2f} us")


def flat(found):
    points = {f"{url} {way}": [counts[str(n)][way]["peak"] for n in (1_000_000, 10_000_000)]
              for url, counts in found["growth of rows"].items() for way in counts["1000000"]}
    return (", ".join("{} {:,} and {:,} KiB".format(what, *peaks)
                      for what, peaks in points.items()),
            all(many - some <= 64 for some, many in points.values()))


def databases(found):
    """Of each database the larger of in and out, which VmHWM has of itself."""
    kinds = {"sqlite:": found["growth of rows"]["sqlite:"], **found["growth over ODBC"]}
    peaks = {kind: [counts[str(n)]["out"]["peak"] / 1024 for n in (1_000_000, 10_000_000)]
             for kind, counts in kinds.items()}
    return (", ".join("{} {:.1f} and {:.1f}".format(kind, *of) for kind, of in peaks.items()),
            all(many <= 16 for _, many in peaks.values()))


def active(found):
    """What a COPY has the library allocate beside what it has anyway."""
    taken = printed(found, "bench_session", r"csv in .*?(\d+) bytes") / 1024
    beside = printed(found, "bench_session", r"csv in .*?(\d+) beside a job") / 1024
    return (f"{taken:.0f} KiB where jobs run at once, {beside:.0f} KiB where it decodes beside "
            f"them; pgcopyd has {found['active']['each']:.0f} KiB resident for each of 64",
            taken <= 288)


def tls(found):
    ours, bare = found["TLS"]["ours"], found["TLS"]["bare"]
    return f"{ours / bare:.2f}x ({ours:.3f} and {bare:.3f} s)", ours / bare <= 1.35


GOALS = [
    ("decode-zsv", "CSV beside zsv's default engine: 2.5x with AVX2, 3.3x with AVX-512 (notes: "
     "4.5x and 7x), 0.85x in plain C", lambda _: (ZSV, None)),
    ("decode-libcsv", "CSV, AVX2: 5x libcsv", libcsv("avx2", 5)),
    ("decode-postgres", "CSV, AVX2: 15x PostgreSQL's parse", postgres("csv", "avx2", 15)),
    ("decode-patients", "instructions a byte, patients, AVX2: 3.3",
     instructions("patients csv avx2 decode", 3.3)),
    ("decode-notes", "instructions a byte, notes, AVX2: 4.5",
     instructions("notes csv avx2 decode", 4.5)),
    ("text-avx2", "text, AVX2: 10x PostgreSQL's parse", postgres("text", "avx2", 10)),
    ("text-avx512", "text, AVX-512: 14x PostgreSQL's parse", postgres("text", "avx512", 14)),
    ("binary", "binary: 4.5 ns a field", binary),
    ("pieces", "a CopyData a row: 0.5x the speed of 64 KB pieces", one_row_pieces),
    ("encode-csv", "instructions a byte, patients to CSV, frames included: 5.5",
     instructions("patients csv avx2 encode", 5.5)),
    ("encode-text", "instructions a byte, patients to text, frames included: 6",
     instructions("patients text avx2 encode", 6)),
    ("wire", "instructions of a CopyData message, whole and cut: 30", wire),
    ("discard", "psql to `discard:`: wall 1/5 of PostgreSQL's WHERE false, CPU 1/12", discard),
    ("sqlite-in", "psql to `sqlite:`: 2x sqlite3's .import", sqlite("in", shell, 2)),
    ("sqlite-postgres", "psql to `sqlite:`: 1.2x PostgreSQL, unlogged, fsync off",
     sqlite("in", real, 1.2)),
    ("sqlite-out", "`sqlite:` to psql: 1.3x sqlite3 -csv", sqlite("out", shell, 1.3)),
    *((f"odbc-{database.lower()}-{way}", f"psql {what} {database} by ODBC: {limit:,} rows/s",
       rows_over(database, way, limit))
      for database, limits in (("SQLite", (450_000, 900_000)), ("PostgreSQL", (300_000, 350_000)),
                               ("MariaDB", (400_000, 1_000_000)))
      for way, what, limit in zip(("in", "out"), ("into", "out of"), limits)),
    ("one-row", "COPY IN of one row, `discard:`, p50: 0.7x PostgreSQL",
     latency("rows: 1", "discard:", "PostgreSQL", 0.7)),
    ("one-row-worker", "COPY IN of one row, `discard:` with a worker between, p50: 1.5x PostgreSQL",
     latency("rows: 1", "discard:worker", "PostgreSQL", 1.5)),
    ("one-row-sqlite", "... with a worker and SQLite behind it",
     latency("rows: 1", "sqlite:", "PostgreSQL", 1.5)),
    ("250-rows", "COPY IN of 250 rows, `discard:`, p50: 0.15x PostgreSQL",
     latency("rows: 250", "discard:", "PostgreSQL", 0.15)),
    ("translation", "a COPY command is understood in 3 us of CPU", translation),
    ("memory-rows", "10M rows take the memory of 1M, 64 KB more at most", flat),
    ("memory-databases", "peak of pgcopyd before each database, 1M and 10M rows: 16 MB", databases),
    ("memory-active", "an active COPY in the library: 288 KB", active),
    ("memory-idle", "an idle connection in the library: 1 KB",
     lambda found: most(1024, printed(found, "bench_session", r"idle (\d+)"), "{:.0f} bytes")),
    ("connect", "connect and close, p50: 1x PgBouncer",
     latency("connect and close", "discard:", "PgBouncer", 1)),
    ("idle", "10,000 idle connections: 16 MB",
     lambda found: most(16, found["idle"]["with"] / 1024, "{:.1f} MB")),
    ("tls", "COPY IN over TLS: 1.35x the CPU of a bare loop of SSL_read", tls),
]


def judged(found):
    """Name, words, what was measured, met."""
    for name, words, judge in GOALS:
        try:
            yield name, words, *judge(found)
        except KeyError:
            yield name, words, "not measured", None
