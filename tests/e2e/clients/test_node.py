"""Node's pg with pg-copy-streams, of exact versions (node/package-lock.json)."""
import os
import pathlib
import shutil

import pytest

import flows

HERE = pathlib.Path(__file__).parent
MODULES = pathlib.Path(os.environ.get(
    "PGCOPY_NODE_MODULES",
    pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    / "pgcopy-clients/node_modules"))
OWN = {"abort": ("never mind\n", 1), "parameters": ("name 2\n", 3)}

if not shutil.which("node"):
    flows.skip("node's pg", "no node")
if not (MODULES / "pg-copy-streams").exists():
    flows.skip("node's pg", f"no pg-copy-streams in {MODULES}")


@pytest.mark.parametrize("flow", [*flows.FLOWS, "parameters"])
def test_flow(server, tmp_path, flow):
    flows.run(server, tmp_path, flow, "node", HERE / "node/copy.js", expected=OWN.get(flow),
              NODE_PATH=str(MODULES))
