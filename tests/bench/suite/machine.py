"""What this was measured on, and with which versions."""
import datetime
import pathlib
import re
import subprocess

from suite.tools import ROOT, NotMeasured, output

ASKED = {
    "gcc": ["gcc", "--version"], "PostgreSQL": ["psql", "--version"],
    "SQLite": ["sqlite3", "--version"], "PgBouncer": ["pgbouncer", "--version"],
    "MariaDB": ["mariadb", "--version"], "Python": ["python3", "--version"],
    "valgrind": ["valgrind", "--version"],
}


def describe(suite):
    return {"processor": processor(), "system": system(), "core": suite.core,
            "commit": commit(), "date": datetime.date.today().isoformat(),
            "quick": suite.quick, "data": str(suite.work.parent), "rows": suite.rows,
            "versions": versions(suite)}


def processor():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return "%s, %d cores, %d GB" % (re.search(r"model name\s*: (.*)", text)[1],
                                    text.count("model name"), int(memory[1]) // 1_000_000)


def system():
    release = pathlib.Path("/etc/os-release").read_text()
    kernel = subprocess.check_output(["uname", "-r"], text=True).strip()
    return re.search(r'PRETTY_NAME="(.*)"', release)[1] + ", Linux " + kernel


def commit():
    try:
        return output("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
    except (NotMeasured, FileNotFoundError):
        return "unknown"


def versions(suite):
    found = {}
    for name, command in ASKED.items():
        try:
            first = (output(*command).splitlines() or [""])[0]
        except (NotMeasured, FileNotFoundError):
            continue
        numbers = re.findall(r"\d+\.[\d.]+", first)
        found[name] = numbers[-1 if name == "gcc" else 0] if numbers else first
    duckdb = suite.build / "node/node_modules/@duckdb/node-api/package.json"
    if duckdb.exists():
        found["DuckDB"] = re.search(r'"version": "([^"]*)"', duckdb.read_text())[1]
    return found
