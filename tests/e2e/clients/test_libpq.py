"""libpq in C: with one result after the other, without blocking, in a pipeline."""
import os
import pathlib
import shutil
import subprocess

import pytest

import flows

HERE = pathlib.Path(__file__).parent
MORE = {
    "extended": ("COPY 1000\n22P02\n", flows.N + 1),
    "async": ("COPY 1000\nCOPY 1000\n", flows.N),
    "pipeline": ("INSERT 0 1\n23505\naborted\n", 1),
}

if not shutil.which("pg_config") or not (shutil.which("cc") or os.environ.get("CC")):
    flows.skip("libpq", "no libpq-dev or no compiler")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    made = tmp_path_factory.mktemp("libpq") / "libpq"
    asked = {what: subprocess.check_output(["pg_config", what], text=True).strip()
             for what in ("--includedir", "--libdir")}
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-o", made, HERE / "libpq.c",
                    "-I" + asked["--includedir"], "-L" + asked["--libdir"], "-lpq"], check=True)
    return made


@pytest.mark.parametrize("flow", flows.FLOWS)
def test_flow(server, program, tmp_path, flow):
    flows.run(server, tmp_path, flow, program)


@pytest.mark.parametrize("flow", MORE)
def test_more(server, program, tmp_path, flow):
    flows.run(server, tmp_path, flow, program, expected=MORE[flow])
