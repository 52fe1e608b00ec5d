"""Fixtures of the fault tests: a real server's site, and relays that behave as badly as real ones."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from halkla_iliskiler.testing import make_site
from tests.faults.running import Place


@pytest.fixture(scope="session")
def untouched_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty site with the demonstration's city and those of the test staff whose work needs no directorate."""
    directory = tmp_path_factory.mktemp("untouched") / "site"
    make_site(directory, modules=(), plugins="bornova").close()
    return directory


@pytest.fixture
def new_place(untouched_site: Path, tmp_path: Path) -> Callable[..., Place]:
    """``new_place(**{"halkla_email.timeout": "1"})``: a copy of that site in a place of its own."""

    def make(**changes: str) -> Place:
        templates = untouched_site.with_name("templates")
        templates.mkdir(exist_ok=True)
        place = Place(tmp_path, changes=changes, templates=templates)
        shutil.copytree(untouched_site, place.site)
        place.site.chmod(0o700)
        place.write_ini()
        return place

    return make


@pytest.fixture
def place(new_place: Callable[..., Place]) -> Place:
    return new_place()
