#!/usr/bin/env python3
"""Instructions that the codecs and the checks of types take, counted by callgrind: the same at
every run, so a change that makes them slower is seen where clocks see nothing.

usage: instructions.py FOLDER            compares with instructions.txt: fails over 5 % more
       instructions.py FOLDER --record   writes it anew
       instructions.py FOLDER --print    what it counts, and nothing else

FOLDER has bench_codec and bench_types of a release build by Debian 12's gcc, whose version the
file names: another compiler makes other code, so there the comparison is left out (exit 77).
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GENERATE = HERE.parents[1] / "examples/data/generate.py"
RECORD = HERE / "instructions.txt"
SKIP = 77
ALLOWED = 1.05
TABLES = ["avx2", "portable"]
ROWS = {"patients": 4000, "patients_q": 4000, "labs": 2000, "notes": 100, "wide": 250,
        "tiny": 40000}
FORMATS = {"patients": ["csv", "text", "binary"], "notes": ["csv", "text"]}


def callgrind(*command):
    """What the program prints, and the instructions of each function with what it calls."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        printed = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *map(str, command)],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        listed = subprocess.run(
            ["callgrind_annotate", "--inclusive=yes", "--threshold=100", out],
            check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.findall(r"^ *([\d,]+)(?: +\([\d. ]+%\))? +\S*:(\w+)", listed, re.MULTILINE)
    return printed, {name: int(count.replace(",", "")) for count, name in found}


def size(printed, unit):
    return int(re.search(rf"(\d+) {unit}", printed)[1])


def codec(program, path, kind, table):
    """Of one file: each of the two runs decodes twice and encodes once, but the first may turn
    the file into another format before."""
    runs = [callgrind(program, "-c", "-f", kind, "-t", table, "-n", n, path) for n in (1, 2)]
    length = size(runs[0][0], "bytes")

    def of(*names):
        return sum(runs[1][1].get(n, 0) - runs[0][1].get(n, 0) for n in names) / length

    yield "decode", of("pgcopy_decode") / 2
    yield "encode", of("pgcopy_encode_row", "pgcopy_write_begin", "pgcopy_write_end")
    if kind == "csv" and table == TABLES[0] and of("csv_parse"):
        yield "libcsv", of("csv_parse")


def types(program):
    printed, counts = callgrind(program, "patients")
    yield "field", counts["pgcopy_types_check"] / size(printed, "fields")


def wire(program):
    """Of a CopyData of 60 bytes, that lies in a piece with others and that is cut itself."""
    for piece in (65536, 61):
        printed, counts = callgrind(program, 60, piece)
        messages = size(printed, "messages") * size(printed, "runs")
        yield f"copydata pieces-of-{piece} - message", counts["pgcopy_wire_next"] / messages


def count_all(folder):
    """What, and instructions: of the codec a byte, of the checks a field."""
    known = subprocess.run(["valgrind", "-q", folder / "bench_codec", "-l"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    with tempfile.TemporaryDirectory() as sets:
        for name, rows in ROWS.items():
            path = pathlib.Path(sets) / f"{name}.csv"
            with open(path, "wb") as out:
                subprocess.run([sys.executable, GENERATE, name, str(rows)], stdout=out, check=True)
            for kind in FORMATS.get(name, ["csv"]):
                for table in TABLES:
                    if table not in known:
                        print(f"{table}: not here, left out", file=sys.stderr)
                        continue
                    for what, count in codec(folder / "bench_codec", path, kind, table):
                        yield f"{name} {kind} {table} {what}", count
    for what, count in types(folder / "bench_types"):
        yield f"patients types - {what}", count
    if (folder / "bench_wire").exists():
        yield from wire(folder / "bench_wire")


def versions(folder):
    """The compiler that made the program, by its own words in it."""
    words = (folder / "bench_codec").read_bytes()
    return re.search(rb"GCC: \([^\0]*|clang version[^\0]*", words)[0].decode()


def record(folder):
    lines = [f"# {versions(folder)}",
             "# instructions a byte, or of what is named last; tests/bench/instructions.py --record"]
    lines += [f"{what:34} {count:8.3f}" for what, count in count_all(folder)
              if not what.endswith("libcsv")]
    RECORD.write_text("\n".join(lines) + "\n")


def compare(folder):
    lines = RECORD.read_text().splitlines()
    if lines[0] != f"# {versions(folder)}":
        print(f"skipped: made by {versions(folder)}, but recorded with {lines[0][2:]}")
        return SKIP
    before = {" ".join(line.split()[:-1]): float(line.split()[-1]) for line in lines[2:]}
    worse = 0
    for what, count in count_all(folder):
        was = before.pop(what, None)
        if was is None and not what.endswith("libcsv"):
            print(f"{what}: {count:.3f}, not in {RECORD.name}: record anew")
            worse += 1
        elif was and count > was * ALLOWED:
            print(f"{what}: {count:.3f}, was {was:.3f}: {count / was:.2f}x")
            worse += 1
        elif was and count < was / ALLOWED:
            print(f"{what}: {count:.3f}, was {was:.3f}: better, record anew")
    print(f"{worse} of {len(lines) - 2} need more than {ALLOWED - 1:.0%} more instructions")
    return 1 if worse else 0


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    args.add_argument("folder", type=pathlib.Path)
    args.add_argument("--record", action="store_true")
    args.add_argument("--print", action="store_true", dest="only_print")
    args = args.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: no valgrind")
        return SKIP
    if args.record:
        return record(args.folder)
    if args.only_print:
        for what, count in count_all(args.folder):
            print(what, f"{count:.3f}", flush=True)
        return 0
    return compare(args.folder)


if __name__ == "__main__":
    sys.exit(main())
