#!/usr/bin/env python3
"""Measures what docs/design.md asks of the code's form.

usage: style.py ROOT          every check over the tree
       style.py --self-test   every check must find the mistake that is planted for it

Needs nothing but the standard library, and compilers and clang-format where a check says so.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

TREES = ("include", "lib", "examples", "tests", "bindings", "docs", "cmake", ".ci")
SKIPPED = {"__pycache__", "node_modules", ".pytest_cache", "build"}

BODY_MEDIAN, BODY_P90, BODY_MAX = 12, 35, 60

# Which layers a layer knows, itself included.  Siblings never know each other.
GROUND = {"base", "batch"}
MIDDLE = {"codec", "types", "stmt", "wire"}
KNOWS = {
    "base": {"base"},
    "batch": GROUND,
    **{layer: GROUND | {layer} for layer in MIDDLE},
    "copy": GROUND | MIDDLE | {"copy"},
    "session": GROUND | MIDDLE | {"copy", "session"},
    "backend": GROUND | MIDDLE | {"copy", "session", "backend"},
}
# Apart from the core: they see what an application sees.
SEPARATE = {"odbc", "sqlite"}
SEPARATE_KNOWS = {"base", "batch", "types", "backend"}

# What the core may have from outside: C11 without its clock, signals, locale and threads; the
# instructions of scan and utf8; iconv.
CORE_HEADERS = set(
    "assert ctype errno float inttypes limits math stdalign stdarg stdbool stddef stdint stdio "
    "stdlib string iconv immintrin emmintrin arm_neon cpuid".split()
)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def files(root, *suffixes, under=TREES):
    """Paths relative to root, sorted; the files at the top too when all trees are asked for."""
    found = []
    for tree in under:
        for folder, folders, names in os.walk(os.path.join(root, tree)):
            folders[:] = sorted(d for d in folders if d not in SKIPPED)
            found += [os.path.join(folder, name) for name in names]
    if under is TREES:
        found += [e.path for e in os.scandir(root) if e.is_file() and e.name != ".git"]
    return sorted(
        os.path.relpath(p, root) for p in found if p.endswith(suffixes) and not os.path.islink(p)
    )


# ---- Function bodies --------------------------------------------------------------------------


def bodies(text):
    """(line, lines) of each function: .clang-format puts its braces, and no others, alone in
    the first column."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start - 1
            start = None


def check_bodies(root):
    found = [
        (lines, f"{path}:{line}")
        for path in files(root, ".c", ".h", under=("lib", "examples"))
        for line, lines in bodies(read(os.path.join(root, path)))
    ]
    if not found:
        return ["no function found in lib/ and examples/"]
    sizes = sorted(lines for lines, _ in found)
    median = statistics.median(sizes)
    p90 = sizes[-(-len(sizes) * 9 // 10) - 1]
    print(f"  {len(sizes)} functions: median {median:g}, 90 % <= {p90}, longest {sizes[-1]}")
    bad = [f"{at}: a body of {lines} lines, {BODY_MAX} is most" for lines, at in found
           if lines > BODY_MAX]
    if median > BODY_MEDIAN:
        bad.append(f"the median body has {median:g} lines, {BODY_MEDIAN} is most")
    if p90 > BODY_P90:
        bad.append(f"90 % of the bodies have up to {p90} lines, {BODY_P90} is most")
    return bad


# ---- Includes ---------------------------------------------------------------------------------

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")', re.M)


def layer_of(path):
    """include/pgcopy/wire.h and lib/wire/read.c are of wire; pgcopy.h and version.h of none."""
    parts = path.split(os.sep)
    if parts[0] == "include":
        name = os.path.splitext(parts[-1])[0]
        return name if name in KNOWS or name in SEPARATE else None
    return parts[1] if len(parts) > 2 else None


def refused(path, layer, system, own):
    """Why a file of a layer may not have this include; None: it may."""
    separate = layer in SEPARATE
    knows = SEPARATE_KNOWS | {layer} if separate else KNOWS.get(layer, set())
    if system and system.startswith("pgcopy/"):
        name = system[len("pgcopy/"):-len(".h")]
        return None if name in knows or name == "version" else f"{layer} does not know {name}"
    if system:
        name = os.path.splitext(system)[0]
        return None if separate or name in CORE_HEADERS else "not a header for the core"
    other = own.split("/")[0] if "/" in own else layer
    if separate and other != layer:
        return f"{layer} is built on public headers only"
    if layer == "backend" and other == "session":
        return "backend is built on the public header of session"
    return None if other in knows else f"{layer} does not know {other}"


def check_includes(root):
    bad = []
    for path in files(root, ".c", ".h", under=("lib", "include")):
        layer, rank = layer_of(path), 0
        if layer is None:
            continue
        if layer not in KNOWS and layer not in SEPARATE:
            bad.append(f"{path}: {layer} is not a layer")
            continue
        for system, own in INCLUDE.findall(read(os.path.join(root, path))):
            why = refused(path, layer, system, own)
            if why:
                bad.append(f"{path}: {system or own}: {why}")
            now = 1 if own else 0 if system.startswith("pgcopy/") else 2
            if now < rank and path.startswith("lib"):
                bad.append(f"{path}: {system or own}: order is <pgcopy/...>, own, libc")
            rank = max(rank, now)
    return bad


# ---- Headers ----------------------------------------------------------------------------------

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]


def compiles(root, header, language, standard):
    compiler = os.environ.get("CC" if language == "c" else "CXX") or (
        "gcc" if language == "c" else "g++")
    name = os.path.relpath(header, "include" if header.startswith("include") else "lib")
    run = subprocess.run(
        [*compiler.split(), f"-std={standard}", *WARNINGS, "-Iinclude", "-Ilib", "-x", language, "-"],
        input=f"#include <{name}>\nextern int more;\n", text=True, cwd=root, capture_output=True)
    return [] if run.returncode == 0 else [f"{header} alone as {standard}: {run.stderr.strip()}"]


def check_headers(root):
    bad = []
    for header in files(root, ".h", under=("include",)):
        bad += compiles(root, header, "c", "c11") + compiles(root, header, "c++", "c++11")
    for header in files(root, ".h", under=("lib",)):
        if layer_of(header) not in SEPARATE:
            bad += compiles(root, header, "c", "c11")
    return bad


# What cffi can be told to drop; whatever else looks like a call needs a preprocessor to read.
PLAIN = {"PGCOPY_PRINTF"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def check_cffi(root):
    """Declarations only: no code, no macro with arguments, no compiler's words outside base.h."""
    bad = []
    for header in files(root, ".h", under=("include",)):
        text = without_comments(read(os.path.join(root, header)))
        macros = set(re.findall(r"^\s*#\s*define\s+(\w+)\(", text, re.M)) - PLAIN
        bad += [f"{header}: macro {name} takes arguments" for name in sorted(macros)]
        if re.search(r"\b(static|inline|_Static_assert|_Generic)\b", text):
            bad.append(f"{header}: more than declarations")
        if os.path.basename(header) != "base.h" and re.search(r"\b__\w+__\b|\b__declspec\b", text):
            bad.append(f"{header}: a word of one compiler")
    return bad


# ---- Text -------------------------------------------------------------------------------------


def check_openings(root):
    bad = []
    for path in files(root, ".c", ".h"):
        opening = re.match(r"/\*(.*?)\*/", read(os.path.join(root, path)), re.S)
        if not opening or os.path.basename(path) + " - " not in opening.group(1):
            bad.append(f"{path}: does not open with /* {os.path.basename(path)} - what it is */")
    return bad


def check_format(root):
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not program:
        print("  skipped: no clang-format")
        return []
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    if not re.search(r"version 14\.", version):
        print(f"  skipped: the code is formatted with clang-format 14, this is {version.strip()}")
        return []
    paths = files(root, ".c", ".h")
    run = subprocess.run([program, "--dry-run", "-Werror", *paths], cwd=root,
                         capture_output=True, text=True)
    return run.stderr.strip().splitlines() if run.returncode else []


MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w")


def check_paths(root):
    """No folder of the machine that a file happened to be written on."""
    bad = []
    for path in files(root, ""):
        for number, line in enumerate(read(os.path.join(root, path)).splitlines(), 1):
            if MACHINE.search(line):
                bad.append(f"{path}:{number}: a path of one machine: {line.strip()[:80]}")
    return bad


def check_run_bits(root):
    bad = []
    for path in files(root, ""):
        full = os.path.join(root, path)
        with open(full, "rb") as f:
            script = f.read(2) == b"#!"
        if script and not os.access(full, os.X_OK):
            bad.append(f"{path}: a script that cannot be run")
        elif os.access(full, os.X_OK) and not script:
            bad.append(f"{path}: a run bit, but no #! line")
    return bad


CHECKS = [check_bodies, check_includes, check_headers, check_cffi, check_openings, check_format,
          check_paths, check_run_bits]


def run_all(root):
    bad = []
    for check in CHECKS:
        print(f"{check.__name__[6:]}:")
        found = check(root)
        print("\n".join("  " + line for line in found) or "  ok")
        bad += found
    return bad


# ---- Self-test: a mistake for each check ------------------------------------------------------

OPENING = "/* %s - a test. */\n"
LONG = "int f(void)\n{\n" + "    ;\n" * 61 + "}\n"
PLANTED = [
    (check_bodies, "lib/base/a.c", LONG, "61 lines"),
    (check_bodies, "lib/base/a.c", LONG.replace("    ;\n", "", 48), "median body has 13"),
    (check_bodies, "lib/base/a.c", "int f(void)\n{\n}\n" * 8 + LONG.replace("    ;\n", "", 20) * 2,
     "90 %"),
    (check_bodies, "lib/base/a.c", "", "no function"),
    (check_includes, "lib/wire/a.c", "#include <pgcopy/stmt.h>\n", "wire does not know stmt"),
    (check_includes, "lib/base/a.c", '#include "batch/block.h"\n', "base does not know batch"),
    (check_includes, "lib/copy/a.c", '#include "session/rules.h"\n', "does not know session"),
    (check_includes, "lib/backend/a.c", '#include "session/rules.h"\n', "public header of session"),
    (check_includes, "lib/odbc/a.c", '#include "base/mem.h"\n', "public headers only"),
    (check_includes, "lib/odbc/a.c", "#include <pgcopy/session.h>\n", "does not know session"),
    (check_includes, "lib/stmt/a.c", "#include <time.h>\n", "not a header for the core"),
    (check_includes, "lib/stmt/a.c", '#include <string.h>\n#include "stmt/b.h"\n', "order is"),
    (check_includes, "include/pgcopy/wire.h", "#include <pgcopy/copy.h>\n", "not know copy"),
    (check_includes, "lib/other/a.c", "#include <stdint.h>\n", "not a layer"),
    (check_headers, "include/pgcopy/a.h", "uint32_t x(void);\n", "alone as c11"),
    (check_headers, "include/pgcopy/a.h", "int f(int class);\n", "alone as c++11"),
    (check_headers, "lib/base/a.h", "size_t x(void);\n", "alone as c11"),
    (check_cffi, "include/pgcopy/a.h", "#define F(x) x\n", "takes arguments"),
    (check_cffi, "include/pgcopy/a.h", "static inline int f(void) { return 0; }\n", "more than"),
    (check_cffi, "include/pgcopy/a.h", "int f(void) __attribute__((pure));\n", "one compiler"),
    (check_openings, "tests/unit/a.c", "int a;\n", "does not open"),
    (check_openings, "tests/unit/a.c", OPENING % "b.c", "does not open"),
    (check_format, "lib/base/a.c", "int  a ;\n", "clang-format"),
    (check_paths, "docs/a.md", "see /" + "home/me/x\n", "one machine"),
    (check_run_bits, "tests/a.sh", "#!/bin/sh\n", "cannot be run"),
]
CLEAN = {
    "lib/base/a.c": OPENING % "a.c" + '#include <pgcopy/base.h>\n\n#include "base/a.h"\n\n'
                    "#include <string.h>\n\nint a(void)\n{\n    return 1;\n}\n",
    "lib/base/a.h": OPENING % "a.h" + "int a(void);\n",
    "lib/odbc/a.c": OPENING % "a.c" + '#include <pgcopy/odbc.h>\n\n#include "b.h"\n\n'
                    "#include <sql.h>\n",
    "include/pgcopy/base.h": OPENING % "base.h" + "#define PGCOPY_PRINTF(f, a)\nint b(void);\n",
    "tests/a.sh": "#!/bin/sh\n",
}


def plant(root, tree):
    shutil.copy(os.path.join(os.path.dirname(__file__), "../../.clang-format"), root)
    for path, text in tree.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)
        if path.endswith(".sh") and path in CLEAN and tree is CLEAN:
            os.chmod(full, 0o755)


def self_test():
    bad = []
    with tempfile.TemporaryDirectory() as root:
        plant(root, CLEAN)
        bad += [f"a clean tree: {line}" for line in run_all(root)]
    for check, path, text, want in PLANTED:
        with tempfile.TemporaryDirectory() as root:
            plant(root, {path: text})
            found = check(root)
        if not any(want in line for line in found) and not (check is check_format and not found
                                                            and not shutil.which("clang-format")):
            bad.append(f"{check.__name__} did not say '{want}' but {found}")
    return bad


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    bad = self_test() if sys.argv[1] == "--self-test" else run_all(os.path.abspath(sys.argv[1]))
    if bad:
        sys.exit("\n".join(["", f"{len(bad)} complaints:", *bad]))


main()
