"""Go's lib/pq and pgx, of Debian's packages, without modules and network."""
import os
import pathlib
import shutil
import subprocess

import pytest

import flows

HERE = pathlib.Path(__file__).parent
GOPATH = pathlib.Path("/usr/share/gocode")
IMPORTS = {"pq": "github.com/lib/pq", "pgx": "github.com/jackc/pgx/v4"}
PQ = {"abort": ("", 1)}  # it has no COPY TO, and no binary
PGX = {"abort": ("57014\n", 1), "rows": ("COPY 1000\nDELETE 1000\nCOPY 1000\nCOPY 1000\n", 1000)}

if not shutil.which("go"):
    flows.skip("lib/pq and pgx", "no Go compiler")


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    made = tmp_path_factory.mktemp("go")

    def one(name):
        if not (GOPATH / "src" / IMPORTS[name]).exists():
            pytest.skip(f"{name}: no {IMPORTS[name]} in {GOPATH}")
        if not (made / name).exists():
            environment = dict(os.environ, GO111MODULE="off", GOPATH=str(GOPATH), CGO_ENABLED="0",
                               GOFLAGS="")
            subprocess.run(["go", "build", "-o", made / name, HERE / "go" / f"{name}.go"],
                           check=True, env=environment)
        return made / name

    return one


@pytest.mark.parametrize("flow", [f for f in flows.FLOWS if f != "binary"])
def test_pq(server, build, tmp_path, flow):
    flows.run(server, tmp_path, flow, build("pq"), expected=PQ.get(flow))


@pytest.mark.needs("types of parameters")
def test_pgx_parameters(server, build, tmp_path):
    flows.run(server, tmp_path, "parameters", build("pgx"), expected=("1 0\n", 1))


@pytest.mark.parametrize("flow", [*flows.FLOWS, "rows"])
def test_pgx(server, build, tmp_path, flow):
    flows.run(server, tmp_path, flow, build("pgx"), expected=PGX.get(flow))
