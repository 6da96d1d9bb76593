"""pgjdbc: CopyManager, and how Metabase uploads with it."""
import pathlib
import shutil
import subprocess

import pytest

import flows

HERE = pathlib.Path(__file__).parent
JAR = pathlib.Path("/usr/share/java/postgresql.jar")
DRIVERS_OWN = {"abort": ("never mind\n", 1)}
MORE = {"metabase": ("COPY 1000\nCOPY 1000\nCOPY 1000\n", 3000), "prepared": ("20\n", 20)}

if not shutil.which("javac"):
    flows.skip("pgjdbc", "no Java compiler")
if not JAR.exists():
    flows.skip("pgjdbc", "no " + str(JAR))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    made = tmp_path_factory.mktemp("pgjdbc")
    subprocess.run(["javac", "-cp", JAR, "-d", made, HERE / "Pgjdbc.java"], check=True)
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{JAR}:{made}",
            "Pgjdbc"]


@pytest.mark.needs("types of parameters")
def test_parameters(server, program, tmp_path):
    flows.run(server, tmp_path, "parameters", *program, expected=("1\n1 0\n1980-02-29\n", 1))


@pytest.mark.needs("TIMESTAMP WITHOUT TIME ZONE")
def test_the_zone_of_the_virtual_machine(server, program, tmp_path):
    flows.run(server, tmp_path, "zone", program[0], "-Duser.timezone=Europe/Berlin", *program[1:],
              expected=("Europe/Berlin\n2024-06-01T10:00:00Z\n2024-06-01 12:00:00+02\nCOPY 2\n"
                        "2024-06-01 12:00:00+02\n2024-06-01 12:00:00+02\n", 0))


@pytest.mark.parametrize("flow", [*flows.FLOWS, *MORE])
def test_flow(server, program, tmp_path, flow):
    flows.run(server, tmp_path, flow, *program, expected={**DRIVERS_OWN, **MORE}.get(flow))
