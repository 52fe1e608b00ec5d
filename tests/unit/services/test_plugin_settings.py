"""The settings of plugins: ini before what was saved before defaults; secrets are never shown, logged or told."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import colander
import pytest
from BTrees.OOBTree import OOBTree
from halkla_email.relay import Relay

from halkla_iliskiler.api import About, FeedbackMethod, hookimpl
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.changes import EditConflict, UndoRefused
from halkla_iliskiler.domain.errors import Forbidden, NotFound
from halkla_iliskiler.extension import Budgets, PluginRefused
from halkla_iliskiler.extension.live_settings import LiveSettings
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.plugin_settings import AREA, Values
from halkla_iliskiler.storage import Site
from halkla_iliskiler.testing import FakeNow, actor, draft, site_settings
from halkla_iliskiler.testing import city as test_city

SECRET = "gizli-kelime-7391"


def schema() -> colander.SchemaNode:
    made = colander.SchemaNode(colander.Mapping())
    made.add(colander.SchemaNode(colander.Integer(), name="days", missing=3, validator=colander.Range(1, 30)))
    made.add(colander.SchemaNode(colander.String(), name="host"))
    made.add(colander.SchemaNode(colander.Boolean(), name="often", missing=False))
    made.add(colander.SchemaNode(colander.Set(), name="events", missing={"filed"}))
    made.add(colander.SchemaNode(colander.String(), name="key", secret=True, missing=""))
    made.add(colander.SchemaNode(colander.String(), name="relay", missing="here.example"))
    made.add(colander.SchemaNode(colander.Integer(), name="port", missing=25))
    made.add(colander.SchemaNode(colander.String(), name="pass", secret=True, sent_to=("relay", "port"), missing=""))
    return made


def a_plugin(seen: list[Mapping[str, Any]]) -> ModuleType:
    """Return a plugin ``weather``, of the package ``weather``, that remembers the settings it was given."""
    module = ModuleType("weather")

    @hookimpl
    def halkla_settings_schema() -> colander.SchemaNode:
        return schema()

    @hookimpl
    def halkla_feedback_methods(settings: Mapping[str, Any]) -> list[FeedbackMethod]:
        seen.append(settings)
        return []

    module.halkla_settings_schema = halkla_settings_schema  # type: ignore[attr-defined]
    module.halkla_feedback_methods = halkla_feedback_methods  # type: ignore[attr-defined]
    return module


class House:
    """A site with that plugin, opened again and again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.seen: list[Mapping[str, Any]] = []
        self.assembly: Assembly | None = None

    def open(self, **ini: str) -> Assembly:
        self.close()
        settings = {**site_settings(self.directory), **{f"weather.{name}": value for name, value in ini.items()}}
        self.assembly = Assembly.open(settings, now=FakeNow(), modules=(test_city, a_plugin(self.seen)))
        return self.assembly

    def close(self) -> None:
        if self.assembly is not None:
            self.assembly.close()
            self.assembly = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the plugin's hook was given when the site was opened."""
        return self.seen[-1]

    def services(self, role: str = "administrator") -> Services:
        assert self.assembly is not None
        return self.assembly.services(actor(role))

    def save(self, secrets: Mapping[str, str | None] = {}, **typed: Any) -> bool:
        return self.services().plugin_settings.save("weather", typed, secrets)

    def shown(self) -> Any:
        assert self.assembly is not None
        with self.assembly.database.reading() as site:
            return self.services().plugin_settings.shown(site, "weather")


@pytest.fixture
def house(site_directory: Path) -> Iterator[House]:
    found = House(site_directory)
    yield found
    found.close()


def test_the_ini_comes_before_what_was_saved_and_that_before_the_default(house: House) -> None:
    house.open(host="ini.example")
    untouched = {"relay": "here.example", "port": 25, "pass": "", "key": ""}
    assert dict(house.settings) == {"days": 3, "host": "ini.example", "often": False, "events": {"filed"}, **untouched}
    house.save(days="7", host="page.example", often="true", events=["done", "closed"])
    assert house.settings["days"] == 7
    assert house.settings["often"] is True
    assert house.settings["events"] == {"done", "closed"}
    assert house.settings["host"] == "ini.example"
    house.open(host="ini.example", days="9")
    assert house.settings["days"] == 9
    assert dict(house.shown().fixed) == {"host": "ini.example", "days": "9"}


def test_a_saved_setting_holds_at_once_and_after_a_restart(house: House) -> None:
    house.open(host="ini.example")
    settings = house.settings
    house.save(days="12")
    assert settings["days"] == 12
    house.open(host="ini.example")
    assert house.settings["days"] == 12


def test_what_does_not_fit_is_refused_and_nothing_is_kept(house: House) -> None:
    house.open(host="ini.example")
    with pytest.raises(colander.Invalid) as why:
        house.save(days="900")
    assert "days" in why.value.asdict()
    assert house.settings["days"] == 3


def test_a_setting_that_is_needed_and_missing_refuses_the_start_until_it_is_there(house: House) -> None:
    with pytest.raises(PluginRefused, match=r"^The setting weather\.host is missing"):
        house.open()
    house.open(host="ini.example")
    house.save(days="3")
    house.open(host="other.example")


@pytest.mark.parametrize(
    ("ini", "says"),
    [
        (
            {"hots": "x"},
            r"weather\.hots is not a setting of the plugin; known are days, events, host, often, port, relay",
        ),
        ({"days": "many"}, r"weather\.days = 'many' is not understood"),
        ({"days": "31"}, r"weather\.days = '31' is not understood"),
        ({"key": SECRET}, r"weather\.key is a secret and has no place in the ini"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_line_of_the_ini_that_is_wrong_refuses_the_start(house: House, ini: dict[str, str], says: str) -> None:
    with pytest.raises(PluginRefused, match=says) as why:
        house.open(**{"host": "ini.example", **ini})
    assert SECRET not in str(why.value)


def test_a_value_that_a_newer_schema_does_not_take_is_its_default_and_not_the_end(house: House) -> None:
    house.open(host="ini.example")
    house.save(days="12")
    assert house.assembly is not None
    kept = json.dumps({"values": {"days": "often", "gone": "x"}, "secrets": {}})
    house.assembly.database.write(lambda site: site.plugin_settings.__setitem__("weather", kept), "an old schema")
    assert house.settings["days"] == 3
    house.open(host="ini.example")
    assert house.shown().texts["days"] == "often"


@pytest.mark.parametrize("role", ["agent", "clerk", "director", "supervisor", "auditor"])
def test_only_administrators_see_and_change_settings(house: House, role: str) -> None:
    house.open(host="ini.example")
    desk = house.services(role).plugin_settings
    assert house.assembly is not None
    with pytest.raises(Forbidden):
        desk.save("weather", {"days": "5"}, {})
    with house.assembly.database.reading() as site, pytest.raises(Forbidden):
        desk.shown(site, "weather")


def test_a_plugin_without_settings_has_no_page(house: House) -> None:
    house.open(host="ini.example")
    for name in ("channels", "nobody"):
        with pytest.raises(NotFound):
            house.services().plugin_settings.save(name, {}, {})


# -- history --------------------------------------------------------------------------------------------------------


def history(house: House) -> list[Any]:
    assert house.assembly is not None
    with house.assembly.database.reading() as site:
        return house.services().changes.of(site, AREA, "weather")


def test_each_change_is_kept_with_who_and_what_it_was_and_can_be_taken_back(house: House) -> None:
    house.open(host="ini.example")
    house.save(days="7")
    house.save(days="9")
    newest = history(house)[0]
    assert (newest.who, newest.before, newest.after) == ("administrator", {"days": "7"}, {"days": "9"})
    house.services().changes.undo(newest.id)
    assert house.settings["days"] == 7
    assert not house.save(days="7")
    assert len(history(house)) == 3


def test_two_people_do_not_overwrite_each_other(house: House) -> None:
    house.open(host="ini.example")
    seen = house.shown().revision
    house.save(days="7")
    with pytest.raises(EditConflict) as why:
        house.services().plugin_settings.save("weather", {"days": "9"}, {}, seen)
    assert why.value.by is not None
    assert why.value.by.who == "administrator"
    assert house.settings["days"] == 7


# -- secrets --------------------------------------------------------------------------------------------------------


def test_a_secret_is_written_once_and_never_seen_again(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house.open(host="ini.example")
    house.save({"key": SECRET}, days="3")
    assert house.settings["key"] == SECRET
    assert house.assembly is not None
    assert house.assembly.plugin_settings.secret("weather", "key") == SECRET
    shown = house.shown()
    assert shown.secrets == {"key": "kept", "pass": ""}
    assert SECRET not in repr(shown) + repr(history(house)) + repr(house.assembly.plugin_settings.values_of("weather"))
    assert history(house)[0].after == {"key": "set", "days": "3"} or "key" in history(house)[0].after
    assert SECRET.encode() not in (house.directory / "Data.fs").read_bytes()
    assert SECRET not in caplog.text
    # Saving something else leaves it; what is typed anew replaces it; the box forgets it.
    house.save({"key": ""}, days="4")
    assert house.settings["key"] == SECRET
    house.save({"key": "another"}, days="4")
    assert house.settings["key"] == "another"
    house.save({"key": None}, days="4")
    assert house.settings["key"] == ""
    for change in history(house):
        assert "another" not in repr(change)


def test_a_change_of_a_secret_cannot_be_taken_back(house: House) -> None:
    house.open(host="ini.example")
    house.save({"key": SECRET})
    with pytest.raises(UndoRefused):
        house.services().changes.undo(history(house)[0].id)
    assert house.settings["key"] == SECRET
    house.save({"key": ""}, days="5")
    house.services().changes.undo(history(house)[0].id)
    assert (house.settings["days"], house.settings["key"]) == (3, SECRET)


def test_a_credential_file_comes_before_the_environment_and_that_before_what_was_written(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.open(host="ini.example")
    house.save({"key": "written"})
    monkeypatch.setenv("WEATHER_KEY", "from the environment")
    house.open(host="ini.example")
    assert house.settings["key"] == "from the environment"
    assert house.shown().secrets == {"key": "outside", "pass": ""}
    (tmp_path / "weather-key").write_text("from a file\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    house.open(host="ini.example")
    assert house.settings["key"] == "from a file"


def test_a_secret_is_not_printed_with_the_rest() -> None:
    values = Values({"host": "x"}, {"key": SECRET})
    assert values["key"] == SECRET
    assert SECRET not in repr(values) + str(values) + f"{values!r}"


# -- secrets that are sent somewhere --------------------------------------------------------------------------------


@pytest.mark.parametrize("moved", [{"relay": "mine.example"}, {"port": "2525"}])
def test_a_secret_that_would_be_sent_elsewhere_is_forgotten(house: House, moved: dict[str, str]) -> None:
    house.open(host="ini.example")
    house.save({"pass": SECRET, "key": "other"})
    house.save(days="5", relay="here.example", port="25")
    assert house.settings["pass"] == SECRET
    house.save({"pass": ""}, days="5", **moved)
    assert (house.settings["pass"], house.settings["key"]) == ("", "other")
    assert history(house)[0].before["pass"] == "set"
    # And it does not come back with the place.
    house.save(days="5")
    assert house.settings["pass"] == ""


def test_a_secret_that_is_written_with_the_new_place_is_kept(house: House) -> None:
    house.open(host="ini.example")
    house.save({"pass": "old"})
    house.save({"pass": SECRET}, relay="new.example")
    assert (house.settings["relay"], house.settings["pass"]) == ("new.example", SECRET)


def test_a_place_is_not_taken_back_under_a_secret_that_is_kept(house: House) -> None:
    house.open(host="ini.example")
    house.save(relay="mine.example")
    house.save(relay="here.example")
    house.save({"pass": SECRET}, relay="here.example")
    with pytest.raises(UndoRefused):
        house.services().changes.undo(history(house)[1].id)
    assert (house.settings["relay"], house.settings["pass"]) == ("here.example", SECRET)


def test_what_the_ini_says_of_the_place_is_no_change_of_it(house: House) -> None:
    house.open(host="ini.example")
    house.save({"pass": SECRET}, relay="new.example")
    house.open(host="ini.example", relay="new.example")
    house.save(days="5")
    assert house.settings["pass"] == SECRET


def test_a_secret_from_outside_goes_only_where_the_installation_says(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_PASS", SECRET)
    assembly = house.open(host="ini.example")
    assert house.settings["pass"] == SECRET
    house.save(relay="here.example", port="25")
    assert house.settings["pass"] == SECRET, "the default, saved, is no other place"
    house.save(relay="mine.example")
    assert house.settings["pass"] == assembly.plugin_settings.secret("weather", "pass") == ""
    assert house.shown().withheld == {"pass"}
    house.save({"pass": "mine"}, relay="mine.example")
    assert house.settings["pass"] == assembly.plugin_settings.secret("weather", "pass") == "mine"
    assembly = house.open(host="ini.example", relay="fixed.example")
    assert house.settings["pass"] == assembly.plugin_settings.secret("weather", "pass") == SECRET
    assert house.shown().secrets["pass"] == "outside"
    assert not house.shown().withheld


# -- a schema that fails --------------------------------------------------------------------------------------------


class Trouble:
    """What a validator does once it is armed."""

    def __init__(self) -> None:
        self.how: Callable[[], None] | None = None
        self.over = threading.Event()

    def validator(self, node: object, value: object) -> None:
        if self.how is not None:
            self.how()

    def hang(self) -> None:
        self.over.wait(30)

    def fail(self) -> None:
        raise OSError("the directory is gone")

    def leave(self) -> None:
        sys.exit(3)


def a_listener(trouble: Trouble, missing: str = "d") -> ModuleType:
    """Return a plugin ``listener`` that wants to know of tickets while its setting ``x`` holds something."""
    made = colander.SchemaNode(colander.Mapping())
    made.add(colander.SchemaNode(colander.String(), name="x", missing=missing, validator=trouble.validator))
    module = ModuleType("listener")
    module.halkla_about = hookimpl(lambda: About("Listener", idle_without="x"))  # type: ignore[attr-defined]
    module.halkla_settings_schema = hookimpl(lambda: made)  # type: ignore[attr-defined]
    module.halkla_on_ticket_event = hookimpl(lambda event: None)  # type: ignore[attr-defined]
    return module


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    made = Trouble()
    yield made
    made.over.set()


@pytest.fixture
def listening(site_directory: Path, trouble: Trouble) -> Iterator[Assembly]:
    modules = (test_city, a_listener(trouble))
    opened = Assembly.open(site_settings(site_directory), now=FakeNow(), modules=modules, budgets=Budgets.of(0.3))
    yield opened
    opened.close()


def told(assembly: Assembly) -> int:
    with assembly.database.reading() as site:
        return len(site.plugin_events.entries) if site.plugin_events is not None else 0


def kept_by_another_process(assembly: Assembly, x: str) -> None:
    """Save a setting as nobody here has looked at it."""
    text = json.dumps({"values": {"x": x}, "secrets": {}})

    def change(site: Site) -> None:
        site.plugin_settings = OOBTree({"listener": text})

    assembly.database.write(change, "another process")


@pytest.mark.parametrize("how", ["fail", "hang", "leave"])
@pytest.mark.parametrize("is_seen", [True, False], ids=["saved here", "saved elsewhere"])
def test_no_application_is_lost_or_held_up_by_a_validator(
    listening: Assembly, trouble: Trouble, how: str, is_seen: bool
) -> None:
    if is_seen:
        listening.services(actor("administrator")).plugin_settings.save("listener", {"x": "new"}, {})
    else:
        kept_by_another_process(listening, "new")
    asked = []

    def happen() -> None:
        asked.append(how)
        getattr(trouble, how)()

    trouble.how = happen
    began = time.perf_counter()
    assert listening.services(ANONYMOUS).intake.file(draft()).number
    assert listening.services(ANONYMOUS).intake.file(draft()).number
    assert time.perf_counter() - began < 5
    # What is not understood yet counts as something: no event is lost for it.
    assert told(listening) == 2
    assert not is_seen or not asked
    faults = [(fault.plugin, fault.hook) for fault in listening.faults.last_day()]
    assert faults == ([] if is_seen else [("listener", "halkla_settings_schema")])
    assert (listening.plugin_settings.values_of("listener") or {})["x"] == ("new" if is_seen else "d")


def test_whoever_has_nothing_to_do_is_told_nothing_from_the_moment_it_is_saved(
    site_directory: Path, trouble: Trouble
) -> None:
    modules = (test_city, a_listener(trouble, missing=""))
    with closing(Assembly.open(site_settings(site_directory), now=FakeNow(), modules=modules)) as assembly:
        desk = assembly.services(actor("administrator")).plugin_settings
        # By the default; by the page; from elsewhere, seen after the first one; by the page again.
        counts = []
        for save in (
            lambda: None,
            lambda: desk.save("listener", {"x": "on"}, {}),
            lambda: kept_by_another_process(assembly, ""),
            lambda: None,
            lambda: desk.save("listener", {"x": "on again"}, {}),
            lambda: desk.save("listener", {"x": ""}, {}),
        ):
            save()
            assembly.services(ANONYMOUS).intake.file(draft())
            counts.append(told(assembly))
        assert counts == [0, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(("how", "why"), [("fail", "the directory is gone"), ("leave", "SystemExit"), ("hang", "back")])
@pytest.mark.parametrize("place", ["ini", "page"])
def test_a_validator_that_fails_at_the_start_is_named_with_its_setting(
    site_directory: Path, trouble: Trouble, how: str, why: str, place: str
) -> None:
    settings = site_settings(site_directory)
    if place == "ini":
        settings["listener.x"] = "new"
    modules = (test_city, a_listener(trouble))
    opened = Assembly.open(settings, now=FakeNow(), modules=modules)
    if place == "page":
        opened.services(actor("administrator")).plugin_settings.save("listener", {"x": "new"}, {})
    opened.close()
    trouble.how = getattr(trouble, how)
    with pytest.raises(PluginRefused) as refusal:
        Assembly.open(settings, now=FakeNow(), modules=modules, budgets=Budgets.of(0.3))
    sentence = str(refusal.value)
    assert sentence.startswith("The plugin 'listener' failed while it checked its setting listener.x: ")
    assert why in sentence
    assert "\n" not in sentence
    # The site is not harmed by it.
    trouble.how = None
    Assembly.open(settings, now=FakeNow(), modules=modules).close()


def test_a_default_that_the_schema_cannot_write_is_named_at_the_start(site_directory: Path) -> None:
    made = colander.SchemaNode(colander.Mapping())
    made.add(colander.SchemaNode(colander.Integer(), name="days", missing="many"))
    module = ModuleType("listener")
    module.halkla_settings_schema = hookimpl(lambda: made)  # type: ignore[attr-defined]
    with pytest.raises(PluginRefused, match=r"'listener' failed while it checked its setting listener\.days"):
        Assembly.open(site_settings(site_directory), now=FakeNow(), modules=(test_city, module))


# -- the shipped e-mail ---------------------------------------------------------------------------------------------


@pytest.fixture
def mailing(site_directory: Path) -> Iterator[Callable[..., Assembly]]:
    opened: list[Assembly] = []

    def make(**ini: str) -> Assembly:
        settings = {**site_settings(site_directory, plugins="email")}
        settings |= {f"halkla_email.{name}": value for name, value in ini.items()}
        opened.append(Assembly.open(settings, now=FakeNow(), modules=(test_city,)))
        return opened[-1]

    yield make
    for assembly in opened:
        assembly.close()


def test_email_asks_for_its_sender_by_name(mailing: Callable[..., Assembly]) -> None:
    with pytest.raises(PluginRefused) as why:
        mailing(host="mail.example")
    assert str(why.value) == "The setting halkla_email.sender is missing; the plugin cannot work without it."
    assert "email" in mailing(sender="iletisim@city.example").extensions.feedback_methods


@pytest.mark.parametrize("moved", [{"host": "mine.example"}, {"port": "2525"}, {"starttls": "false"}])
def test_the_password_of_the_relay_is_never_sent_where_the_page_alone_says(
    mailing: Callable[..., Assembly], monkeypatch: pytest.MonkeyPatch, moved: dict[str, str]
) -> None:
    typed = {"sender": "iletisim@city.example", "username": "halkla", "try_address": "bt@city.example"}
    assembly = mailing(sender="iletisim@city.example")
    settings, desk = assembly.extensions.plugins.settings_of("email"), assembly.services(actor("administrator"))
    desk.plugin_settings.save("email", typed, {"password": SECRET})
    assert settings["password"] == SECRET
    desk.plugin_settings.save("email", {**typed, **moved}, {"password": ""})
    assert settings["password"] == ""
    monkeypatch.setenv("HALKLA_EMAIL_PASSWORD", SECRET)
    assert assembly.plugin_settings.secret("email", "password") == ""
    desk.plugin_settings.save("email", typed, {})
    assert assembly.plugin_settings.secret("email", "password") == SECRET


def test_a_password_is_never_read_with_the_host_of_another_moment() -> None:
    moments = iter([{"host": "ours.example", "password": "ours"}, {"host": "mine.example", "password": "mine"}] * 9)
    relay = Relay.from_settings(LiveSettings("halkla_email.", lambda: next(moments)))
    assert (relay.host, relay.password) == ("ours.example", "ours")


def test_a_misspelt_switch_never_sends_mail_in_the_open(mailing: Callable[..., Assembly]) -> None:
    with pytest.raises(PluginRefused, match=r"halkla_email\.starttls = 'flase' is not understood"):
        mailing(sender="iletisim@city.example", starttls="flase")
