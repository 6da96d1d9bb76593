"""docs/performance.md, of the results of a run and of notes.md."""
import re

from suite import goals, plot
from suite.tools import HERE

KIB = 1024


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def notes():
    text = (HERE / "notes.md").read_text()
    parts = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2])))


def number(value, digits=2):
    return "" if value is None else f"{value:,.{digits}f}"


# ---- The parts of the page ----------------------------------------------------------------

def goals_part(found):
    judged = list(goals.judged(found["results"]))
    words = {True: "met", False: "**missed**", None: "-"}
    counts = [sum(met is state for *_, met in judged) for state in (True, False, None)]
    text = "## Goals\n\n{} are met, {} missed, {} not measured.\n\n".format(*counts)
    text += table(["goal", "measured", ""], [(f"{want}", got, words[met])
                                             for _, want, got, met in judged])
    reasons = notes()
    for name, want, _, met in judged:
        if met is False:
            text += f"\n**{want}**: {reasons.get(name, 'the reason is not known yet.')}\n"
    return text


def beside(tables):
    """libcsv's GB/s, the best that any table had beside it."""
    return max((m["libcsv"]["MB/s"] / 1e3 for m in tables.values() if "libcsv" in m), default=None)


def codec_part(results):
    codec = results["codec"]
    tables = list(next(iter(codec.values())))
    others = [("libcsv", lambda name, kind: beside(codec[f"{name} {kind}"]))]
    for part, key in (("Python's csv", "{0}"), ("DuckDB", "{0}"), ("PostgreSQL's parse", "{0} {1}")):
        if part in results:
            others.append((part, lambda name, kind, part=part, key=key: results[part].get(
                key.format(name, kind), {}).get("GB/s") if kind == "csv" or "1" in key else None))
    rows = []
    for what, measured in codec.items():
        name, kind = what.split(",")[0].split()
        plain = "," not in what
        rows.append([what, *(number(measured[t]["decode"]["MB/s"] / 1e3) for t in tables),
                     *(number(other(name, kind)) if plain else "" for _, other in others)])
    text = "## Bytes to fields, GB/s of CPU time\n\n" \
           "Lengths and first bytes of all values are looked at; DuckDB counts them, PostgreSQL has " \
           "columns of text and WHERE false. ![decode](performance/decode.svg)\n\n"
    text += table(["", *tables, *(name for name, _ in others)], rows)
    text += "\n## Fields to bytes, a CopyData a row: GB/s and ns a field\n\n"
    text += table(["", *tables], [
        [what, *(f"{number(m[t]['encode']['MB/s'] / 1e3)}, {m[t]['encode']['ns/field']:.1f} ns"
                 for t in tables)] for what, m in codec.items() if "encode" in m[tables[0]]])
    text += f"\n## A file of each set, {tables[0]}\n\n" + table(
        ["", "bytes", "rows", "ns a field, decoded", "ns a field, encoded",
         "calls of the allocator to decode it all"],
        [[what, number(one["size"]["bytes"], 0), number(one["size"]["rows"], 0),
          number(one["decode"]["ns/field"]), number(one.get("encode", {}).get("ns/field")),
          one["size"]["allocations"]] for what, m in codec.items() for one in [m[tables[0]]]])
    return text


def instructions_part(results):
    counts, rows, others = results["instructions"], {}, []
    for what, count in counts.items():
        name, kind, scan, way = what.split()
        if scan == "-":
            others.append(f"{name}, {kind}: {count:.1f} a {way}.")
        else:
            rows.setdefault(f"{name} {kind}", {})[f"{way} {scan}"] = count
    head = list(dict.fromkeys(key for row in rows.values() for key in row))
    return "## Instructions a byte, by callgrind\n\nThe same at every run; " \
           "`tests/bench/instructions.txt` has them, and CI refuses 5 % more.\n\n" + \
        table(["", *head], [[name, *(number(row.get(key)) for key in head)]
                            for name, row in rows.items()]) + "\n" + " ".join(others) + "\n"


def whole_part(results):
    rows = []
    for name, sets in results.items():
        if not name.startswith("over "):
            continue
        for what, m in sets.items():
            for way in ("in, WHERE false", "in", "out"):
                if way in m:
                    rows.append([name[5:], what, way, number(m["rows"] / m[way]["wall"], 0),
                                 number(m["bytes"] / m[way]["wall"] / 1e6, 0),
                                 number(m[way]["wall"], 3), number(m[way]["cpu"], 3),
                                 number(m[way]["cpu"] / m["rows"] * 1e6, 3),
                                 number(m["peak"] / KIB, 1) if "peak" in m else ""])
    for what, m in results.get("sqlite3", {}).items():
        like = results.get("over sqlite:", {}).get(f"{what} csv")
        for way in ("in", "out"):
            count = like["rows"] if like else None
            rows.append(["sqlite3's own program", f"{what} csv", way,
                         number(count / m[way]["wall"], 0) if count else "", "",
                         number(m[way]["wall"], 3), number(m[way]["cpu"], 3), "", ""])
    return "## From end to end\n\npsql's `\\copy` over TCP, client and server on one core; seconds " \
           "as psql has them. CPU is the server's alone: of pgcopyd, of PostgreSQL's backend; a " \
           "database behind ODBC is not in it. PostgreSQL's tables are unlogged, behind ODBC too; its " \
           "autovacuum is off.\n\n![whole](performance/whole.svg)\n\n" + \
        table(["server", "set", "way", "rows/s", "MB/s", "wall s", "CPU s", "CPU us a row",
               "peak MB"], rows)


def latency_part(results):
    names = list(dict.fromkeys(what for m in results["latency"].values() for what in m))
    rows = [[server, *(f"{m[what]['p50']:.1f} / {m[what]['p99']:.1f}" if what in m else ""
                       for what in names)] for server, m in results["latency"].items()]
    text = "## Waiting: p50 / p99 in us\n\nCOPY FROM STDIN of so many rows, over TCP, client and " \
           "server on one core.\n\n" + table(["", *names], rows)
    if "one row" in results:
        text += f"\nA COPY of one row takes {results['one row']['us']:.1f} us of pgcopyd's CPU, " \
                "the system's reads and writes included.\n"
    return text


def memory_part(results):
    rows = []
    if "active" in results:
        rows.append(["an active COPY FROM, of 64", f"{results['active']['each']:.0f} KiB"])
    if "idle" in results:
        rows.append(["10,000 idle connections, all of pgcopyd",
                     f"{results['idle']['with'] / KIB:.1f} MB"])
    if "TLS" in results:
        rows.append(["TLS: CPU of COPY IN, and of a bare loop of SSL_read",
                     f"{results['TLS']['ours']:.3f} and {results['TLS']['bare']:.3f} s"])
    return "## Connections and memory\n\n" + table(["", ""], rows)


def growth_part(results):
    text = "## Growth\n\nServer's CPU and peak memory: more and more rows go through one server, so what they cost shows; other points have a server each.\n\n"
    rows = []
    for url, counts in (results.get("growth of rows", {})
                        | results.get("growth over ODBC", {})).items():
        for count, ways in counts.items():
            for way, m in ways.items():
                rows.append([f"{url} {way}", number(int(count), 0), number(m["wall"], 2),
                             number(m["cpu"] / int(count) * 1e6, 3), number(m["peak"], 0)])
    text += "![rows](performance/rows.svg) ![memory](performance/memory.svg)\n\n"
    text += table(["", "rows", "wall s", "CPU us a row", "peak KiB"], rows)
    text += "\n![connections](performance/connections.svg) ![widths](performance/widths.svg) " \
            "![sizes](performance/sizes.svg)\n\n"
    for title, part, unit in (
            ("connections, 100,000 patients each", "growth of connections",
             lambda key, m: ("CPU us a row", m["cpu"] / int(key) * 10)),
            ("columns", "growth of widths",
             lambda _, m: ("CPU ns a field", m["cpu"] / m["fields"] * 1e9)),
            ("bytes of a value", "growth of sizes",
             lambda _, m: ("MB/s of CPU", m["bytes"] / m["cpu"] / 1e6))):
        points = results.get(part)
        if points:
            name = unit(*next(iter(points.items())))[0]
            text += table([title, name, "peak KiB"],
                          [[number(int(key), 0), number(unit(key, m)[1], 2), number(m["peak"], 0)]
                           for key, m in points.items()]) + "\n"
    return text


def programs_part(results):
    text = "## As the programs print it\n"
    for part in ("programs", "backends alone"):
        for name, output in results.get(part, {}).items():
            text += f"\n`{name}`\n```\n{output.rstrip()}\n```\n"
    return text


def head(found):
    m = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    kind = "a quick run" if m["quick"] else "a full run"
    rows = ", ".join(f"{name} {count:,}" for name, count in m["rows"].items())
    return f"""# Performance

Written by `tests/bench/run.py`, {kind}, {m['date']}, of commit {m['commit']}. Do not edit: reasons go to `tests/bench/notes.md`.

{m['processor']}; {m['system']}. Everything, clients and servers, on core {m['core']}; data in {m['data']}; medians; loopback TCP.
{versions}. Rows: {rows} (`examples/data/generate.py`).

"""


def tail(found):
    text = "## Not measured\n\n"
    skipped = {"zsv": goals.ZSV, **found["skipped"]}
    text += "".join(f"- {name}: {why}\n" for name, why in skipped.items())
    return text + """
## Again

`tests/bench/run.py` takes about 20 minutes, `--quick` about 6, `--budget MINUTES` ends it; `--only PART,...` measures some parts anew,
`--render` writes this page from what was found. `tests/bench/instructions.py build/bench/tests --record` records the instructions that CI compares with.
"""


PARTS = [("codec", codec_part), ("instructions", instructions_part), ("over discard:", whole_part),
         ("latency", latency_part), ("idle", memory_part), ("growth of rows", growth_part),
         ("programs", programs_part)]


# ---- README's few lines -------------------------------------------------------------------

SHOWN = {"`discard:` (the library and the network alone)": "over discard:",
         "`sqlite:`": "over sqlite:", "SQLite by ODBC": "over SQLite by ODBC",
         "PostgreSQL, unlogged, fsync off": "over PostgreSQL"}


def short(found):
    results, m, rows = found["results"], found["machine"], []
    for name, part in SHOWN.items():
        one = results.get(part, {}).get("patients csv")
        if one:
            ways = [one[way] for way in ("in", "out") if way in one]
            rows.append([name, " / ".join(number(one["rows"] / way["wall"], 0) for way in ways),
                         " / ".join(number(way["cpu"] / one["rows"] * 1e6) for way in ways),
                         number(one["peak"] / KIB, 1) if "peak" in one else ""])
    states = [met for *_, met in goals.judged(results)]
    count = number(m["rows"]["patients"], 0)
    return f"{m['processor']}, {m['date']}; psql and the server on one core, over TCP; " \
           f"{states.count(True)} of {len(states)} goals met, {states.count(False)} missed.\n\n" + \
        table([f"psql `\\copy` of {count} patients, CSV", "rows/s in / out",
               "server's CPU, us a row", "peak MB"], rows)


def put_into(readme, text):
    begin, end = "<!-- numbers: written by tests/bench/run.py -->\n", "<!-- end of numbers -->"
    before, rest = readme.read_text().split(begin)
    readme.write_text(before + begin + text + end + rest.split(end, 1)[1])


def write(found, docs):
    results = found["results"]
    parts = [head(found), goals_part(found)]
    parts += [part(results) for name, part in PARTS if name in results]
    parts.append(tail(found))
    (docs / "performance.md").write_text("\n".join(part.rstrip() + "\n" for part in parts))
    put_into(docs.parent / "README.md", short(found))
    missing = plot.write(results, docs / "performance")
    print(missing or "docs/performance.md and docs/performance/*.svg are written")
