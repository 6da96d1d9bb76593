"""The plots of docs/performance.md, drawn by gnuplot."""
import shutil
import subprocess

STYLE = """set terminal svg size 560,340 font 'sans-serif,11' background 'white'
set output '{}'
set title '{}'
set key left top
set grid y
set style data linespoints
"""


def block(name, rows):
    lines = "\n".join(" ".join(str(cell) for cell in row) for row in rows)
    return f"${name} << EOD\n{lines}\nEOD\n"


def draw(path, title, script):
    done = subprocess.run(["gnuplot"], input=STYLE.format(path, title) + script, text=True,
                          capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr)


def bars(folder, name, title, head, rows):
    """A group of bars for each row, whose first cell is its name."""
    columns = ", ".join(f"$d using {i + 2}{':xtic(1)' if i == 0 else ''} title \"{column}\""
                        for i, column in enumerate(head))
    draw(folder / f"{name}.svg", title, block("d", rows) +
         "set style data histograms\nset style fill solid\nset key outside right noenhanced\n"
         f"set xtics noenhanced\nset yrange [0:*]\nplot {columns}\n")


def decode(results, folder):
    codec = {what.split()[0]: m for what, m in results["codec"].items()
             if what.endswith(" csv")}
    tables = list(next(iter(codec.values())))
    others = [part for part in ("Python's csv", "DuckDB") if part in results]
    bars(folder, "decode", "CSV to fields, GB/s", [*tables, "libcsv", *others], [
        [name, *(m[table]["decode"]["MB/s"] / 1e3 for table in tables),
         max((one["libcsv"]["MB/s"] / 1e3 for one in m.values() if "libcsv" in one), default=0),
         *(results[part][name]["GB/s"] for part in others)] for name, m in codec.items()])


def whole(results, folder):
    found = {name[5:]: sets["patients csv"] for name, sets in results.items()
             if name.startswith("over ") and "patients csv" in sets}
    bars(folder, "whole", "psql, patients, CSV: million rows a second", ["in", "out"], [
        [f'"{name}"', *(one["rows"] / one[way]["wall"] / 1e6 if way in one else 0
                        for way in ("in", "out"))] for name, one in found.items()])


def lines(folder, name, title, curves, label, extra=""):
    """Each curve by its name: pairs of numbers."""
    script = f"set logscale x\nset format x '%.0s%c'\nset xlabel '{label}'\nset yrange [0:*]\n{extra}"
    for i, points in enumerate(curves.values()):
        script += block(f"d{i}", points)
    script += "plot " + ", ".join(f"$d{i} using 1:2 title '{curve}' noenhanced"
                                  for i, curve in enumerate(curves)) + "\n"
    draw(folder / f"{name}.svg", title, script)


def rows(results, folder):
    times, peaks = {}, {}
    for url, counts in results["growth of rows"].items():
        for count, ways in counts.items():
            for way, m in ways.items():
                times.setdefault(f"{url} {way}", []).append((count, m["cpu"]))
                peaks.setdefault(f"{url} {way}", []).append((count, m["peak"] / 1024))
    lines(folder, "rows", "patients: CPU of the server, seconds", times, "rows",
          "set logscale y\nset yrange [*:*]\n")
    lines(folder, "memory", "patients: peak memory of the server, MB", peaks, "rows")


def connections(results, folder):
    points = results["growth of connections"].items()
    lines(folder, "connections", "COPYs at a time, 100,000 patients each",
          {"CPU, us a row": [(n, m["cpu"] / int(n) * 10) for n, m in points],
           "peak memory, MB": [(n, m["peak"] / 1024) for n, m in points]}, "connections",
          "set logscale y\nset yrange [*:*]\n")


def widths(results, folder):
    points = results["growth of widths"].items()
    lines(folder, "widths", "the same fields in rows of more columns",
          {"CPU, ns a field": [(n, m["cpu"] / m["fields"] * 1e9) for n, m in points],
           "peak memory, MB": [(n, m["peak"] / 1024) for n, m in points]}, "columns")


def sizes(results, folder):
    points = results["growth of sizes"].items()
    lines(folder, "sizes", "values of more bytes",
          {"CPU, ns a byte": [(n, m["cpu"] / m["bytes"] * 1e9) for n, m in points],
           "peak memory, MB": [(n, m["peak"] / 1024) for n, m in points]}, "bytes of a value",
          "set logscale y\nset yrange [*:*]\n")


PLOTS = {"codec": decode, "over discard:": whole, "growth of rows": rows, "growth of connections": connections,
         "growth of widths": widths, "growth of sizes": sizes}


def write(results, folder):
    """What is missing, in words, or None."""
    if not shutil.which("gnuplot"):
        return "no plots: gnuplot is not installed"
    folder.mkdir(exist_ok=True)
    for part, plot in PLOTS.items():
        if part in results:
            plot(results, folder)
    return None
