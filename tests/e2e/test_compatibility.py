"""docs/compatibility.md: each case of its tables, played on pgcopyd and on the PostgreSQL that is there."""
import pathlib
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent / "differential"
sys.path.insert(0, str(FOLDER))

import accepted  # noqa: E402
import cases  # noqa: E402
import clusters  # noqa: E402
import compatibility  # noqa: E402
import play  # noqa: E402


def test_the_page_is_printed_from_the_answers():
    """`tests/e2e/differential/compatibility.py --update` prints it anew."""
    page = compatibility.PAGE.read_text()
    assert compatibility.page(page) == page


def test_every_case_has_an_answer_and_every_answer_a_case():
    assert list(compatibility.read()) == list(cases.cases())


@pytest.mark.parametrize("backend", accepted.SQLITE)
def test_pgcopyd_answers_as_18_does_but_where_the_page_says_otherwise(backend):
    records = compatibility.read()
    server = clusters.Pgcopyd(backend)
    try:
        play.make_tables(server, "case", backend)
        found = compatibility.differences(server, backend, records)
    finally:
        said = server.stop()
    told = {name: record["here"][backend] for name, record in records.items() if backend in record["here"]}
    assert found == told
    assert not said


@pytest.mark.parametrize("version", ["15", "18"])
def test_postgresql_answers_as_the_page_says(version):
    try:
        clusters.binaries(int(version))
    except clusters.NotHere as reason:
        pytest.skip(str(reason))
    assert compatibility.check(version) == []
