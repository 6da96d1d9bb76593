#!/usr/bin/env python3
"""Compares what a shared library exports and imports with what it may.

usage: abi.py LIBRARY SYMBOLS HEADER...            the exports are those listed in the file
                                                   SYMBOLS, and those that the headers declare
       abi.py --core LIBRARY SYMBOLS HEADER...     and it calls only what the core may
       abi.py --update LIBRARY SYMBOLS             writes the exports to SYMBOLS
       abi.py --self-test CC                       a library with each mistake is refused

A symbol that is gone or was never listed fails; who means it runs the target update-symbols.
"""
import os
import re
import subprocess
import sys
import tempfile

# The core runs inside other programs: memory, strings, numbers, conversions.  No files, no
# clock, no environment, no locale, no threads, no exit: whatever is not listed is refused.
ALLOWED = set(
    """
    malloc calloc realloc free
    memcpy memmove memset memcmp bcmp memchr memrchr
    strlen strnlen strcmp strncmp strchr strrchr strstr strspn strcspn strpbrk strcpy strncpy
    strtol strtoll strtoul strtoull strtod strtof strtold
    snprintf vsnprintf qsort bsearch
    iconv iconv_open iconv_close __errno_location
    isnan isinf floor floorf ceil ceilf trunc fmod fabs ldexp frexp rint nearbyint modf pow
    """.split()
)
# assert is for our own bugs, in debug builds; the rest comes from the compiler.
COMPILERS = re.compile(
    r"^(__assert_fail|__stack_chk_fail|__cxa_finalize|__gmon_start__|_ITM_\w+|__cpu_model|__cpu_features2"
    r"|__cpu_indicator_init|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer|lsan|odr_asan)\w*(\.\w+)*"
    r"|_init|_fini|_edata|_end|__bss_start|__unnamed_\d+|___asan_\w+)$"
)


def tool(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(library, *options):
    """Names, without versions and without what a compiler or sanitizer adds."""
    names = set()
    for line in tool("nm", "-D", *options, library).splitlines():
        name = line.split()[-1].split("@")[0]
        if not COMPILERS.match(name):
            names.add(name)
    return names


def exports(library):
    return symbols(library, "--defined-only", "--extern-only")


def base_name(name):
    """__memcpy_chk is memcpy with _FORTIFY_SOURCE, __isoc99_x and __isoc23_x are C11's x."""
    name = re.sub(r"^__(\w+)_chk$", r"\1", name)
    return re.sub(r"^__isoc\d\d_", "", name)


def check_imports(library):
    refused = [n for n in symbols(library, "--undefined-only") if base_name(n) not in ALLOWED]
    return [f"calls {name}, which the core may not" for name in sorted(refused)]


def check_globals(library):
    """No object that could be written to: constant tables that hold addresses are, by the time
    the program runs, read-only (.data.rel.ro)."""
    bad = []
    for line in tool("objdump", "-t", library).splitlines():
        found = re.match(r"^[0-9a-f]+ .*?O (\.t?data|\.t?bss)(?:\.\S+)?\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)",
                         line)
        if not found or ".data.rel.ro" in line:
            continue
        size, name = int(found.group(2), 16), found.group(3)
        if size and not COMPILERS.match(name) and not name.startswith(("completed.", "__dso_handle")):
            bad.append(f"{name} is a global that changes")
    return bad


def check_exports(library, listed):
    have = exports(library)
    return (
        [f"{n} is exported, but not listed" for n in sorted(have - listed)]
        + [f"{n} is listed, but not exported" for n in sorted(listed - have)]
        + [f"{n} is not a name of this library" for n in sorted(have)
           if not n.startswith("pgcopy_")]
    )


def declared(headers):
    """What headers promise: the names behind PGCOPY_API."""
    names = set()
    for header in headers:
        with open(header, encoding="utf-8") as f:
            text = re.sub(r"/\*.*?\*/|^\s*#.*?(?<!\\)$", "", f.read(), flags=re.S | re.M)
        for declaration in re.findall(r"\bPGCOPY_API\b([^;]*);", text):
            names.add(re.search(r"\b(pgcopy_\w+)\s*(?:\(|$)", declaration.strip()).group(1))
    return names


def check_headers(listed, headers):
    promised = declared(headers)
    return (
        [f"{n} is declared in a header, but not listed" for n in sorted(promised - listed)]
        + [f"{n} is listed, but no header declares it" for n in sorted(listed - promised)]
    )


def listed_in(path):
    with open(path, encoding="utf-8") as f:
        return {line.strip() for line in f if line.strip() and not line.startswith("#")}


def update(library, path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# What the shared library exports; the target update-symbols writes this.\n")
        f.writelines(name + "\n" for name in sorted(exports(library)))


# ---- Self-test --------------------------------------------------------------------------------

GOOD = "int pgcopy_a(void);\nint pgcopy_a(void) { return 1; }\n"
HEADER = """
#define PGCOPY_API
PGCOPY_API int pgcopy_a(void); /* PGCOPY_API int pgcopy_no(void); */
PGCOPY_API const pgcopy_x *pgcopy_b(const pgcopy_x *x,
                                    pgcopy_y (*y)(void)) PGCOPY_MUST_CHECK;
extern PGCOPY_API const pgcopy_x pgcopy_c;
"""
PLANTED = [
    ("", None),
    ("int pgcopy_b(void);\nint pgcopy_b(void) { return 1; }\n", "pgcopy_b is exported, but not"),
    ("int other(void);\nint other(void) { return 1; }\n", "not a name of this library"),
    ("#include <stdlib.h>\nvoid *use = (void *)(size_t)getenv;\n", "calls getenv"),
    ("#include <stdio.h>\nint pgcopy_b(void);\nint pgcopy_b(void) { return printf(\"x\"); }\n",
     "which the core may not"),
    ("static int n;\nint pgcopy_b(void);\nint pgcopy_b(void) { return n++; }\n",
     "n is a global that changes"),
    ("const char *const pgcopy_b[] = {\"a\"};\n", "pgcopy_b is exported, but not"),
]


def self_test(cc):
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        source, library = os.path.join(folder, "a.c"), os.path.join(folder, "a.so")
        for text, want in PLANTED:
            with open(source, "w", encoding="utf-8") as f:
                f.write(GOOD + text)
            tool(cc, "-shared", "-fPIC", source, "-o", library)
            found = check_imports(library) + check_globals(library)
            found += check_exports(library, {"pgcopy_a"})
            if want is None and found or want and not any(want in line for line in found):
                bad.append(f"did not say '{want}' but {found}")
        found = check_exports(library, {"pgcopy_a", "pgcopy_b", "pgcopy_c"})
        if found != ["pgcopy_c is listed, but not exported"]:
            bad.append(f"did not miss pgcopy_c but said {found}")
        header = os.path.join(folder, "a.h")
        with open(header, "w", encoding="utf-8") as f:
            f.write(HEADER)
        found = check_headers({"pgcopy_a", "pgcopy_b", "pgcopy_d"}, [header])
        if found != ["pgcopy_c is declared in a header, but not listed",
                     "pgcopy_d is listed, but no header declares it"]:
            bad.append(f"did not find what headers lack or have too much: {found}")
    return bad


def main():
    words = sys.argv[1:]
    option = words.pop(0) if words and words[0].startswith("--") else None
    if option == "--self-test" and len(words) == 1:
        bad = self_test(words[0])
    elif option == "--update" and len(words) == 2:
        return update(*words)
    elif option in (None, "--core") and len(words) > 2:
        library, listed = words[0], listed_in(words[1])
        bad = check_exports(library, listed) + check_headers(listed, words[2:])
        if option == "--core":
            bad += check_imports(library) + check_globals(library)
    else:
        sys.exit(__doc__)
    if bad:
        sys.exit("\n".join(bad))
    print("ok")


main()
