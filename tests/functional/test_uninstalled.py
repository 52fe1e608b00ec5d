"""With each shipped plugin removed in turn, a site that used it lives on, and what it kept comes back with it."""

import configparser
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM, Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.codes import tracking_code
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.plugin_data import PluginStore, kept_by
from halkla_iliskiler.storage import create_database
from halkla_iliskiler.testing import FakeNow, draft, site_settings
from halkla_iliskiler.work import Runner
from tests.conftest import Browser

PLUGINS = Path(__file__).parents[2] / "plugins"
PASSWORD = "kaldirimdaki-kedi-42"


def shipped() -> list[str]:
    """Return the entry points of every distribution below ``plugins/``; the city's own last, as in the ini."""
    names = []
    for path in sorted(PLUGINS.glob("*/setup.cfg")):
        setup = configparser.ConfigParser()
        setup.read(path, encoding="utf-8")
        lines = setup["options.entry_points"]["halkla_iliskiler"].split("\n")
        names += [line.partition("=")[0].strip() for line in lines if line.strip()]
    return sorted(names, key=lambda name: (name == "bornova", name))


def settings(directory: Path, *plugins: str) -> dict[str, str]:
    # The lines of a plugin that is gone stay in the ini, as they do in life.
    return {
        **site_settings(directory, plugins=" ".join(plugins)),
        "halkla_email.sender": "iletisim@city.example",
        "halkla_email.host": "127.0.0.1",
        "halkla_email.port": "9",
    }


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed site that every shipped plugin has worked on."""
    directory = tmp_path_factory.mktemp("used") / "site"
    now = FakeNow()
    create_database(directory, now())
    assembly = Assembly.open(settings(directory, *shipped()), now=now)
    system = assembly.services(SYSTEM)
    system.city.take_over()
    for username, role in (("sup", "supervisor"), ("adm", "administrator")):
        system.accounts.add(username, "Nermin Karaca", PASSWORD, (Grant(role),))
    with assembly.database.reading() as site:
        categories = [one.code for one in site.city.categories if not one.questions and not one.sensitive][:6]
        place = site.city.neighbourhoods[0].code
    details = (ContactDetails("Ayşe Yılmaz", "+905550000001", ""), ContactDetails("Ömer Işık", "", "omer@city.example"))
    for number, category in enumerate(categories):
        said = draft(
            category=category,
            details=details[number % 2],
            location=Location(neighbourhood=place, latitude=38.46, longitude=27.22, text="Parkın girişi"),
        )
        identity = assembly.services(ANONYMOUS).intake.file(said).ticket_id
        system.handling.act(identity, Order(Action.REPLY, text="Ekibimiz geliyor."), None)
        system.handling.act(identity, Order(Action.NOTE, text="Bakıldı."), None)
        now.advance(timedelta(minutes=3))
    for name in shipped():
        PluginStore(name, system).put("of/the/test", {"plugin": name, "answers": [1, 2]})
    for _ in range(3):
        Runner(assembly).run_due(now(), everything=True)
        now.advance(timedelta(hours=1))
    assembly.close()
    return directory


@pytest.fixture
def site(used: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(used, tmp_path / "site"))


def opened(directory: Path, *plugins: str) -> Assembly:
    now = FakeNow()
    now.advance(timedelta(days=1))
    return Assembly.open(settings(directory, *plugins), now=now)


@pytest.fixture(params=[*((name,) for name in shipped()), tuple(shipped())], ids=lambda removed: "+".join(removed))
def without(request: pytest.FixtureRequest, site: Path) -> Iterator[tuple[Assembly, tuple[str, ...]]]:
    """The site with one plugin removed, and once with all of them, and the names of those that are gone."""
    removed: tuple[str, ...] = request.param
    assembly = opened(site, *(name for name in shipped() if name not in removed))
    yield assembly, removed
    assembly.close()


def data_of(assembly: Assembly) -> dict[str, list[Any]]:
    with assembly.database.reading() as site:
        return {name: list(PluginStore(name, assembly.services(SYSTEM)).items()) for name in kept_by(site)}


def tickets(assembly: Assembly) -> list[tuple[int, str]]:
    with assembly.database.reading() as site:
        return [(ticket.id, ticket.address) for ticket in site.tickets.values()]


def test_there_are_plugins_to_remove() -> None:
    assert {"email", "bornova"} <= set(shipped())


def test_every_ticket_is_read_and_written_by_staff_and_citizens(
    without: tuple[Assembly, tuple[str, ...]],
) -> None:
    assembly, _ = without
    assert list(problems(assembly.database, assembly.index)) == []
    browser = Browser(build(assembly), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    browser.send("/panel/giris", {"username": "sup", "password": PASSWORD})
    assert len(tickets(assembly)) == 6
    for identity, address in tickets(assembly):
        page = browser.get(f"/panel/basvurular/{address}")
        assert "Ekibimiz geliyor." in page
        assembly.services(SYSTEM).handling.act(identity, Order(Action.NOTE, text="Yine bakıldı."), None)
        assert "Yine bakıldı." in browser.get(f"/panel/basvurular/{address}")
        with assembly.database.reading() as site:
            code = tracking_code(assembly.secret, identity, site.tickets[identity].code_generation)
        assert "Ekibimiz geliyor." in browser.get(f"/takip/{address}/{code}")
    assert browser.get("/panel").status_int == 200
    filed = assembly.services(ANONYMOUS).intake.file(draft(category=None))
    assert filed.number
    Runner(assembly).run_due(assembly.now() + timedelta(hours=2), everything=True)
    assert list(problems(assembly.database, assembly.index)) == []


def test_what_it_kept_stays_and_comes_back_with_it(without: tuple[Assembly, tuple[str, ...]], site: Path) -> None:
    assembly, removed = without
    before = data_of(assembly)
    assert set(shipped()) <= set(before)
    Runner(assembly).run_due(assembly.now(), everything=True)
    assert {name: before[name] for name in removed} == {name: data_of(assembly)[name] for name in removed}
    browser = Browser(build(assembly), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    browser.send("/panel/giris", {"username": "adm", "password": PASSWORD})
    left = browser.get("/panel/yonetim/eklentiler").html.select_one(".p-left")
    assert [one.text for one in left.select("li b")] == sorted(removed)
    assembly.close()
    again = opened(site, *shipped())
    try:
        found = PluginStore(removed[0], again.services(SYSTEM)).get("of/the/test")
        assert found == {"plugin": removed[0], "answers": [1, 2]}
        assert list(problems(again.database, again.index)) == []
    finally:
        again.close()
