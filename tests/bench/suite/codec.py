"""In memory: bytes to fields and back, beside others that do the same."""
import csv
import json
import pathlib
import shutil
import subprocess
import sys
import time

from suite.tools import HERE, NotMeasured, SETS, lines_of, output

sys.path.insert(0, str(HERE))
BESIDE = ("avx2", "neon", "portable")  # these have libcsv beside them, which takes its time
DUCKDB = "@duckdb/node-api@1.5.6-r.1"


def bench(suite, path, table, *args):
    """GB/s and ns a field of decode, encode and libcsv."""
    found = {}
    printed = output(suite.program("bench_codec"), "-t", table, "-n", 3 if suite.quick else 7,
                     "-m", 12 if suite.quick else 32, *args, path)
    for _, what, values in lines_of(printed):
        found[what] = values
    sizes = printed.split()[-9:]
    found["size"] = dict(zip(sizes[2::2], map(int, sizes[1::2])))
    return found


def ours(suite):
    """Every set with every table of the scan; and the other formats."""
    tables = output(suite.program("bench_codec"), "-l").split()
    found = {}
    for table in tables:
        for name in SETS:
            more = ["-c"] if table in BESIDE else []
            found.setdefault(f"{name} csv", {})[table] = bench(
                suite, suite.file(name), table, *more)
        for name, kind in (("patients", "text"), ("patients", "binary"), ("notes", "text")):
            found.setdefault(f"{name} {kind}", {})[table] = bench(
                suite, suite.file(name), table, "-f", kind)
        found.setdefault("patients csv, a row a piece", {})[table] = bench(
            suite, suite.file("patients"), table, "-p", 0, "-d")
    return found


def python_csv(suite):
    """GB/s of Python's csv, which is C as well."""
    found = {}
    for name in SETS:
        text = suite.file(name).read_bytes()[:8_000_000]
        rows = text[:text.rindex(b"\n")].decode().splitlines(keepends=True)

        def once():
            began = time.process_time()
            for _ in csv.reader(rows):
                pass
            return {"GB/s": len(text) / (time.process_time() - began) / 1e9}

        found[name] = suite.median(3, once)
    return found


def columns(suite, name):
    with open(suite.file(name), encoding="utf-8") as file:
        return file.readline().strip().replace('"', "").split(",")


def duckdb(suite):
    """GB/s of DuckDB's reader, one thread, all columns as text and all of them counted."""
    folder = suite.build / "node"
    if not shutil.which("npm"):
        raise NotMeasured("no npm")
    if not (folder / "node_modules/@duckdb").exists():
        folder.mkdir(exist_ok=True)
        output("npm", "install", "--no-audit", "--no-fund", "--prefix", folder, DUCKDB)
    asked = [[name, str(suite.file(name)), columns(suite, name)] for name in SETS]
    done = output("node", HERE / "duckdb.cjs", json.dumps(asked), 1 if suite.quick else 3,
                  env={"NODE_PATH": str(folder / "node_modules"), "PATH": "/usr/bin:/bin",
                       "HOME": str(suite.work)})
    return {name: {"GB/s": values["GB/s"]} for name, _, values in lines_of(done)}


def postgres(suite):
    """GB/s of PostgreSQL's COPY with nothing but text columns and no row taken."""
    server = suite.postgres()
    found = {}
    for name in ("patients", "labs", "wide"):
        path = suite.file(name)
        names = ", ".join(f'"{column}" text' for column in columns(suite, name))
        server.ask(f"DROP TABLE IF EXISTS t; CREATE UNLOGGED TABLE t ({names})")
        files = {"csv": (path, "FORMAT csv, HEADER")}
        if name == "patients":
            text = pathlib.Path(server.server.folder) / "text"
            server.ask(f"COPY t FROM '{path}' (FORMAT csv, HEADER)", f"COPY t TO '{text}'",
                       "TRUNCATE t")
            files["text"] = (text, "FORMAT text")
        for kind, (file, options) in files.items():
            used = suite.median(3, lambda: server.copy(
                f"COPY t FROM '{file}' ({options}) WHERE false;"))["cpu"]
            found[f"{name} {kind}"] = {"GB/s": file.stat().st_size / used / 1e9}
    return found


def instructions(suite):
    """As tests/bench/instructions.py counts them."""
    import instructions as counter
    if not shutil.which("valgrind"):
        raise NotMeasured("no valgrind")
    return dict(counter.count_all(suite.build / "tests"))


def programs(suite):
    """What the other benches print, as it is."""
    found = {}
    for name in ("bench_types", "bench_stmt", "bench_copyin", "bench_wire", "bench_session",
                 "bench_batch"):
        try:
            found[name] = output(suite.program(name))
        except (NotMeasured, subprocess.SubprocessError) as why:
            suite.skipped[name] = str(why)
    return found
