"""Fixtures of every test: a clock, an open site with an invented city, services and a browser in anybody's name."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.testing import FakeNow, TestMethod, actor, make_site, open_site
from halkla_iliskiler.testing.browser import Browser

# How long something takes says more about the machine than about the program; ``make bench`` measures.
settings.register_profile("halkla", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("halkla")


@pytest.fixture
def now() -> FakeNow:
    return FakeNow()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed site as :func:`make_site` makes it; never opened, only copied."""
    directory = tmp_path_factory.mktemp("furnished") / "site"
    make_site(directory).close()
    return directory


@pytest.fixture
def site_directory(tmp_path: Path, furnished: Path) -> Path:
    """A closed site of the test's own, for :func:`halkla_iliskiler.testing.open_site`."""
    return Path(shutil.copytree(furnished, tmp_path / "site"))


@pytest.fixture
def assembly(site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    """An open site. When the test is over, its index must equal its tickets."""
    opened = open_site(site_directory, now)
    yield opened
    try:
        assert list(problems(opened.database, opened.index, deep=False)) == []
    finally:
        opened.close()


@pytest.fixture
def services(assembly: Assembly) -> Callable[[str], Services]:
    """``services("clerk")``: the use cases in the name of a role; ``""`` is a citizen, ``"system"`` the program."""

    def as_role(role: str = "") -> Services:
        return assembly.services({"": ANONYMOUS, "system": SYSTEM}.get(role) or actor(role))

    return as_role


@pytest.fixture
def method(assembly: Assembly) -> TestMethod:
    """The feedback method that reaches whoever has left an e-mail address."""
    found = assembly.extensions.feedback_methods["test"]
    assert isinstance(found, TestMethod)
    return found


@pytest.fixture
def browser_of(assembly: Assembly) -> Callable[[str], Browser]:
    """``browser_of("clerk")``: a browser in which that role is signed in; ``""`` is a citizen's."""
    application = build(assembly)

    def make(role: str = "") -> Browser:
        browser = Browser(application, extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        if role:
            browser.log_in(role)
        return browser

    return make


@pytest.fixture
def testapp(browser_of: Callable[[str], Browser]) -> Browser:
    """A citizen's browser; ``testapp.log_in("clerk")`` signs in."""
    return browser_of("")
