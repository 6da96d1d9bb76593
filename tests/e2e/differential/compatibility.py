#!/usr/bin/python3
"""Keeps what PostgreSQL 15 to 18 answer to the cases of cases.py, and prints the tables of
docs/compatibility.md from it.

usage: compatibility.py --record     asks all four, writes tests/data/compatibility.jsonl
       compatibility.py --check V    asks PostgreSQL V again, and says what differs
       compatibility.py --here       plays them on pgcopyd, keeps which differences were accepted
       compatibility.py --update     writes the tables into docs/compatibility.md

A line of the file is a case: what 18 answered, and what each earlier version did if it is not what the
next one did; "here" names the rows of accepted.py behind which pgcopyd differs, by backend.
"""
import argparse
import json
import re
import sys

import accepted
import cases
import client
import clusters
import compare
import play

FILE = clusters.ROOT / "tests/data/compatibility.jsonl"
PAGE = clusters.ROOT / "docs/compatibility.md"
VERSIONS = ("15", "16", "17", "18")


# ---- The file


def read():
    return {record["case"]: record for record in map(json.loads, FILE.read_text().splitlines())}


def write(records):
    FILE.write_text("".join(json.dumps(record) + "\n" for record in records))


def answer(record, version):
    """Of that version, or of the first one behind it that differs."""
    return next(record[v] for v in VERSIONS[VERSIONS.index(version):] if v in record)


def shorten(record):
    """Leaves out what the next version answers too."""
    for version, following in zip(VERSIONS, VERSIONS[1:]):
        if answer(record, following) == record[version]:
            del record[version]
    return record


# ---- The servers


def ask(version, found):
    server = clusters.Postgres(int(version))
    try:
        for sql in ("CREATE ROLE client LOGIN", "CREATE DATABASE front OWNER client"):
            client.converse(server, "postgres", [["Q", sql]], "postgres")
        play.make_tables(server, "front")
        return {name: play.play(server, "front", case) for name, case in found.items()}
    finally:
        server.stop()


def record():
    found = cases.cases()
    told = {version: ask(version, found) for version in VERSIONS}
    write(shorten({"case": name, **{v: told[v][name] for v in VERSIONS}}) for name in found)


def check(version):
    """What it answers otherwise than the file says."""
    told = ask(version, cases.cases())
    return [name for name, record in read().items() if told[name] != answer(record, version)]


def differences(server, backend, records):
    """By case: the names of the rows that accept what differs, or what nobody accepts."""
    found = {}
    for name, case in cases.cases().items():
        mine = play.play(server, "case", case)
        names = [accepted.accepted(kind, pair, case, backend, 18) or f"NOT ACCEPTED: {detail}"
                 for kind, detail, pair in compare.differences(records[name]["18"], mine)]
        if names:
            found[name] = sorted(set(names))
    return found


def here():
    records = read()
    for record in records.values():
        record["here"] = {}
    for backend in accepted.SQLITE:
        server = clusters.Pgcopyd(backend)
        try:
            play.make_tables(server, "case", backend)
            for name, names in differences(server, backend, records).items():
                records[name]["here"][backend] = names
        finally:
            server.stop()
    write(records.values())
    return [f"{name}: {names}" for name, record in records.items() for names in record["here"].values()
            if any(n.startswith("NOT") for n in names)]


# ---- The tables


def code(text):
    text = text.encode("latin-1", "backslashreplace").decode("utf-8", "backslashreplace")
    text = re.sub(r"[\x00-\x1f\x7f]", lambda m: {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(
        m.group(0), f"\\x{ord(m.group(0)):02x}"), text)
    text = text if len(text) <= 120 else text[:117] + "..."
    mark = "``" if "`" in text else "`"
    return f"{mark}{text}{mark}".replace("|", "\\|") if text else ""


def plain(text):
    return re.sub(r"([|<*\\])", r"\\\1", text.replace("\n", " "))


def error(fields):
    words = f"{fields['C']} {fields['M']}" if fields["S"] in ("ERROR", "FATAL") else \
        f"{fields['S']} {fields['C']} {fields['M']}"
    if fields["S"] == "FATAL":
        words = "FATAL " + words
    for letter, name in (("D", "DETAIL"), ("H", "HINT"), ("W", "CONTEXT")):
        if letter in fields:
            words += f"; {name}: {fields[letter]}"
    return plain(words) + (f" (at {fields['P']})" if "P" in fields else "")


def words(outcome, flow=False):
    """An answer in a cell: errors and notices, bytes that went out, tags; then what is stored."""
    out = []
    for message in outcome["messages"][:-2]:  # of the Sync and the end behind each case
        kind = message[0]
        if kind in "EN":
            out.append(error(message[1]))
        elif kind == "d":
            out.append(code(message[1]))
        elif kind == "C":
            out.append(message[1].rstrip("\0"))
        elif flow:
            out.append("ReadyForQuery " + message[1] if kind == "Z" else
                       {"G": "CopyInResponse", "H": "CopyOutResponse", "c": "CopyDone", "1": "ParseComplete", "2": "BindComplete",
                        "t": "ParameterDescription", "n": "NoData", "I": "EmptyQueryResponse", "3": "CloseComplete"}.get(kind, kind))
    return out


def stored(outcome):
    rows = [m[1].rstrip("\n") for table in outcome["stored"].values() for m in table if m[0] == "d"]
    return " ".join(code(row) for row in rows)


def before(record, tell):
    """What versions before 18 answered, the latest first."""
    now, lines, last = tell(record["18"]), [], tell(record["18"])
    for version in reversed(VERSIONS[:-1]):
        then = tell(answer(record, version))
        if then != last and then != now:
            lines.append(f"{'up to ' if lines or version != '15' else ''}{version}: {then}")
        elif then != last:
            lines.append(f"up to {version}: as 18")
        last = then
    return "; ".join(lines)


def differs(record):
    """What is otherwise behind pgcopyd, whichever way to SQLite."""
    names = {n for names in record.get("here", {}).values() for n in names}
    return ", ".join(sorted(names)) or "="


def rows_of(section, records):
    return [(name.split(": ", 1)[1], cases_[name], record) for cases_ in [cases.cases()]
            for name, record in records.items() if cases_[name]["section"] == section]


def outcome_words(outcome):
    said = "; ".join(words(outcome))
    kept = stored(outcome)
    return said + (f", stored: {kept}" if kept and "COPY" in said else "")


def table_of_errors(section, records):
    yield "| statement | PostgreSQL 18 | before | here |"
    yield "|---|---|---|---|"
    for name, case, record in rows_of(section, records):
        sql = next(step[-1] for step in reversed(case["steps"]) if step[0] == "Q")
        yield f"| {code(sql)} | {outcome_words(record['18'])} | {before(record, outcome_words)} | {differs(record)} |"


def table_of_data(section, records):
    yield "| what | statement | data | PostgreSQL 18 | before | here |"
    yield "|---|---|---|---|---|---|"
    for name, case, record in rows_of(section, records):
        what, data = name.split(": ", 1)[1], "".join(step[1] for step in case["steps"] if step[0] == "d")
        yield (f"| {plain(what)} | {code(case['steps'][0][1])} | {code(data.removeprefix(cases.binary.HEADER))} | "
               f"{outcome_words(record['18'])} | {before(record, outcome_words)} | {differs(record)} |")


def table_of_output(section, records):
    def tell(outcome):
        return "; ".join(words({"messages": outcome["messages"][3:]}))
    yield "| what | rows | statement | PostgreSQL 18 | before | here |"
    yield "|---|---|---|---|---|---|"
    for name, case, record in rows_of(section, records):
        data = "".join(step[1] for step in case["steps"] if step[0] == "d")
        yield (f"| {plain(name.split(': ')[0])} | {code(data)} | {code(case['steps'][-1][1])} | {tell(record['18'])} | "
               f"{before(record, tell)} | {differs(record)} |")


def table_of_protocol(section, records):
    def tell(outcome):
        return ", ".join(words(outcome, flow=True))
    yield "| what | the client sends | PostgreSQL 18 | before | here |"
    yield "|---|---|---|---|---|"
    for name, case, record in rows_of(section, records):
        sent = " ".join(code(" ".join(map(str, step))) for step in case["steps"])
        yield f"| {plain(name)} | {sent} | {tell(record['18'])} | {before(record, tell)} | {differs(record)} |"


def cell(outcome):
    errors = [m[1]["C"] for m in outcome["messages"] if m[0] == "E"]
    return errors[0] if errors else "yes"


def table_of_options(section, records):
    ways = [way for way, *_ in cases.WAYS]
    yield f"| option | {' | '.join(ways)} | before 18 | here |"
    yield "|---" * (len(ways) + 3) + "|"
    for option in cases.OPTIONS:
        row = [records[f"{section}: {option} / {way}"] for way in ways]
        old = {before(record, cell) for record in row} - {""}
        yield (f"| {code(option)} | {' | '.join(cell(record['18']) for record in row)} | {' / '.join(sorted(old))} | "
               f"{', '.join(sorted({differs(record) for record in row} - {'='})) or '='} |")


def verdicts(kind, verdict, records):
    for name, _, record in rows_of("types", records):
        if name.startswith(f"{kind} {verdict} "):
            yield name[len(f"{kind} {verdict} "):], record


def taken(kind, records):
    for value, record in verdicts(kind, "takes", records):
        kept = " ".join(m[1].rstrip("\n").split("\t", 1)[1] for t in record["18"]["stored"].values() for m in t if m[0] == "d")
        shown = code(value.encode().decode("latin-1")) or "(empty)"
        refused = [error(m[1]) for m in record["18"]["messages"] if m[0] == "E"]
        yield shown + (f" ({refused[0]})" if refused else "" if kept == value.encode().decode("latin-1") else f" → {code(kept)}")


def refused(kind, records):
    shapes = {}
    for value, record in verdicts(kind, "refuses", records):
        for message in record["18"]["messages"]:
            if message[0] == "E":
                shape = message[1]["C"] + compare.shape(message[1]["M"])
                shapes.setdefault(shape, f"{plain(message[1]['C'] + ' ' + message[1]['M'])}"
                                  + (f"; DETAIL: {plain(message[1]['D'])}" if "D" in message[1] else ""))
    return shapes.values()


def earlier(kind, records):
    """Values that a version before 18 reads otherwise."""
    for verdict in ("takes", "refuses"):
        for value, record in verdicts(kind, verdict, records):
            said = before(record, lambda o: "; ".join(words(o)))
            if said:
                yield f"{code(value.encode().decode('latin-1'))}: {said}"


def table_of_types(section, records):
    yield "| type | takes | refuses, for one | before 18 | here |"
    yield "|---|---|---|---|---|"
    for kind in cases.schema.TYPE_TABLES.values():
        rows = [record for verdict in ("takes", "refuses") for _, record in verdicts(kind, verdict, records)]
        notes = sorted({differs(record) for record in rows} - {"="})
        yield (f"| {kind} | {', '.join(taken(kind, records))} | {' · '.join(refused(kind, records))} | "
               f"{' · '.join(earlier(kind, records))} | {', '.join(notes) or '='} |")


KINDS = {"options": table_of_options, "types": table_of_types, "protocol": table_of_protocol, "out": table_of_output,
         **{name: table_of_data for name in ("text", "csv", "headers", "skipped", "constraints", "in binary")}}


def page(text):
    """With the tables between their marks as the file has them now."""
    records = read()
    for section, _ in cases.SECTIONS:
        lines = "\n".join(KINDS.get(section, table_of_errors)(section, records))
        text, n = re.subn(rf"(<!-- {section} -->\n).*?(<!-- end -->)", lambda m, lines=lines: f"{m[1]}{lines}\n{m[2]}",
                          text, flags=re.S)
        if n != 1:
            raise SystemExit(f"no place for {section} in {PAGE}")
    head, _, _ = text.partition("| difference | behind | why |")
    return head + "\n".join(accepted.as_markdown()) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--check", choices=VERSIONS)
    args = parser.parse_args()
    wrong = []
    if args.record:
        record()
    if args.check:
        wrong += check(args.check)
    if args.here:
        wrong += here()
    if args.update:
        PAGE.write_text(page(PAGE.read_text()))
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
