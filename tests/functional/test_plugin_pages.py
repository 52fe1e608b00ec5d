"""The administration's pages of the plugins: the list, the settings made from a schema, "try it", quarantine."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import colander
import deform
import pytest
from translationstring import TranslationString

from halkla_iliskiler.api import About, FeedbackMethod, Tried, hookimpl
from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.extension import Budgets
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.plugin_data import PluginStore
from halkla_iliskiler.testing import FakeNow, city, site_settings
from tests.conftest import Browser

LIST = "/panel/yonetim/eklentiler"
PAGE = f"{LIST}/weather"
SECRET = "gizli-kelime-7391"


def weather() -> ModuleType:
    module = ModuleType("weather")

    @hookimpl
    def halkla_about() -> About:
        return About("Hava durumu", "Yağmuru haber verir.", keeps="Last readings.", sends_abroad="Norveç, met.no")

    @hookimpl
    def halkla_settings_schema() -> colander.SchemaNode:
        made = colander.SchemaNode(colander.Mapping())
        made.add(
            colander.SchemaNode(
                colander.Integer(), name="days", title="Gün", missing=3, validator=colander.Range(1, 30)
            )
        )
        made.add(colander.SchemaNode(colander.String(), name="station", title="İstasyon", missing=""))
        made.add(colander.SchemaNode(colander.Boolean(), name="often", title="Sık sık", missing=False))
        made.add(colander.SchemaNode(colander.Set(), name="words", title="Sözler", missing=set()))
        made.add(colander.SchemaNode(colander.String(), name="key", title="Anahtar", secret=True, missing=""))
        return made

    @hookimpl
    def halkla_try_it(settings: Any) -> Tried:
        if settings["days"] == 13:
            raise RuntimeError(SECRET)
        return Tried(settings["days"] > 3, f"{settings['days']} gün soruldu")

    @hookimpl
    def halkla_feedback_methods(settings: Any) -> list[FeedbackMethod]:
        return []

    for name, value in list(locals().items()):
        if name.startswith("halkla_"):
            setattr(module, name, value)
    return module


@pytest.fixture
def assembly(site_directory: Path) -> Iterator[Assembly]:
    settings = {**site_settings(site_directory), "weather.station": "İZMİR-1"}
    opened = Assembly.open(settings, now=FakeNow(), modules=(city, weather()))
    yield opened
    opened.close()


@pytest.fixture
def browser(assembly: Assembly) -> Browser:
    made = Browser(build(assembly), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    made.log_in("administrator")
    return made


def words(page: Any) -> str:
    return " ".join(page.html.get_text(" ").split())


def settings(browser: Browser, **changes: Any) -> Any:
    """Send the settings' form with what a person would change in it."""
    form = browser.get(PAGE).forms["plugin"]
    for name, value in changes.items():
        form[name] = value
    return form.submit("save")


def test_the_list_says_of_each_what_it_is_keeps_and_sends(assembly: Assembly, browser: Browser) -> None:
    PluginStore("weather", assembly.services(SYSTEM)).put("reading", {"rain": 3})
    PluginStore("gone", assembly.services(SYSTEM)).put("key", "value")
    page = browser.get(LIST)
    row = next(row for row in page.html.select("tbody tr") if "Hava durumu" in row.text)
    said = " ".join(row.get_text(" ").split())
    for part in ("weather", "Yağmuru haber verir.", "1 kayıt", "Norveç, met.no", "hata yok"):
        assert part in said
    assert "gone" in page.html.select_one(".p-left").text
    # In the order of the ini: the city's plugin, then this one.
    names = [cell.text for cell in page.html.select("tbody tr td:first-child .number")]
    assert names == ["city", "weather"]


def test_the_landing_page_leads_to_the_list(browser: Browser) -> None:
    assert browser.get("/panel/yonetim").html.find("a", href=LIST)


@pytest.mark.parametrize("role", ["agent", "clerk", "director", "supervisor", "auditor"])
def test_nobody_else_gets_in(browser: Browser, role: str) -> None:
    browser.log_in(role)
    for address in (LIST, PAGE):
        browser.get(address, status=403)
    for address in (PAGE, f"{PAGE}/dene", f"{PAGE}/karantina"):
        browser.send(address, {"days": "5"}, status=403)


def test_settings_are_saved_hold_at_once_and_stand_in_the_history(assembly: Assembly, browser: Browser) -> None:
    live = assembly.extensions.plugins.settings_of("weather")
    answer = settings(browser, days="7", often=True, words="yağmur\n\n kar \n")
    assert answer.status_int == 303
    assert dict(live) == {"days": 7, "station": "İZMİR-1", "often": True, "words": {"yağmur", "kar"}, "key": ""}
    page = answer.follow()
    assert "Kaydedildi" in words(page)
    assert page.forms["plugin"]["days"].value == "7"
    assert page.forms["plugin"]["words"].value == "kar\nyağmur"
    assert page.forms["plugin"]["often"].checked
    history = page.html.select_one(".a-history")
    assert "Bilge Soylu" in history.text
    assert re.search(r"Gün önce: 3 sonra: 7", " ".join(history.text.split()))
    undone = page.html.find("form", action=re.compile("geri-al"))
    browser.send(undone["action"], {})
    assert live["days"] == 3


def test_what_does_not_fit_comes_back_with_what_was_typed(assembly: Assembly, browser: Browser) -> None:
    answer = settings(browser, days="90", words="kar", key=SECRET)
    assert answer.status_int == 200
    assert answer.html.select_one(".error-summary")
    form = answer.forms["plugin"]
    assert (form["days"].value, form["words"].value) == ("90", "kar")
    assert SECRET not in answer.text
    assert assembly.extensions.plugins.settings_of("weather")["days"] == 3
    assert settings(browser, days="çok").status_int == 200


def test_saving_nothing_new_says_so(browser: Browser) -> None:
    assert "Değişen bir şey yok" in words(settings(browser).follow())


def test_what_the_ini_fixes_is_shown_and_cannot_be_changed(assembly: Assembly, browser: Browser) -> None:
    page = browser.get(PAGE)
    fixed = " ".join(page.html.select_one(".p-fixed").get_text(" ").split())
    assert "İstasyon İZMİR-1 weather.station" in fixed
    assert "station" not in page.forms["plugin"].fields
    browser.send(PAGE, {"days": "4", "station": "ANKARA"})
    assert assembly.extensions.plugins.settings_of("weather")["station"] == "İZMİR-1"


def test_a_secret_is_typed_once_and_never_shown(assembly: Assembly, browser: Browser) -> None:
    live = assembly.extensions.plugins.settings_of("weather")
    answer = settings(browser, key=SECRET).follow()
    assert live["key"] == SECRET
    assert SECRET not in answer.text + browser.get("/panel/yonetim/degisiklikler").text
    assert "yazıldı" in answer.html.select_one(".a-history").text
    settings(browser, days="5")
    assert live["key"] == SECRET
    settings(browser, forget__key=True)
    assert live["key"] == ""


def test_two_people_do_not_overwrite_each_other(assembly: Assembly, browser: Browser) -> None:
    form = browser.get(PAGE).forms["plugin"]
    settings(browser, days="9")
    form["days"] = "5"
    answer = form.submit("save")
    assert answer.status_int == 200
    conflict = answer.html.select_one(".a-conflict")
    assert "9" in conflict.text
    assert "5" in conflict.text
    assert answer.forms["plugin"]["days"].value == "5"
    assert answer.forms["plugin"].submit("save").status_int == 303
    assert assembly.extensions.plugins.settings_of("weather")["days"] == 5


def test_try_it_says_whether_it_works_with_what_is_saved(browser: Browser) -> None:
    def tried() -> str:
        return words(browser.send(f"{PAGE}/dene", {}).follow())

    assert "Çalışmıyor: 3 gün soruldu" in tried()
    settings(browser, days="7")
    assert "Çalışıyor: 7 gün soruldu" in tried()
    settings(browser, days="13")
    said = tried()
    assert "Çalışmıyor" in said
    assert SECRET not in said


def test_a_plugin_in_quarantine_is_shown_and_lifted(assembly: Assembly, browser: Browser) -> None:
    faults = assembly.extensions.plugins.faults
    for _ in range(6):
        faults.note("weather", "halkla_try_it", "RuntimeError", "weather.py:7")
    assert "karantinada" in words(browser.get(LIST))
    assert browser.get("/panel/yonetim").html.select_one(".a-attention").find("a", href=PAGE)
    page = browser.get(PAGE)
    assert "try_it, RuntimeError" in page.html.select_one(".a-conflict").text
    assert len(page.html.select("section table tbody tr")) == 6
    lifted = browser.send(f"{PAGE}/karantina", {}).follow()
    assert "Karantina kaldırıldı" in words(lifted)
    assert not faults.is_quarantined("weather")
    assert "karantinada" not in words(browser.get(LIST))


def test_a_plugin_without_settings_and_one_that_is_gone_have_a_page_and_nobody_has_none(
    assembly: Assembly, browser: Browser
) -> None:
    PluginStore("gone", assembly.services(SYSTEM)).put("key", "value")
    assert "Ayarı yoktur" in words(browser.get(f"{LIST}/channels"))
    assert "etkin değil" in words(browser.get(f"{LIST}/gone"))
    browser.get(f"{LIST}/nobody", status=404)
    browser.send(f"{LIST}/nobody", {}, status=404)
    browser.send(f"{LIST}/channels", {}, status=404)


@pytest.mark.parametrize(
    "posted",
    [
        [("days", "5"), ("days", "6")],
        [("__start__", "days:mapping"), ("days", "5"), ("__end__", "days:mapping")],
        [("__start__", "words:sequence"), ("x", "1")],
        [("days", "5" * 100_000)],
        [("words", "\x00\n\ud7ff")],
        [("key", "x" * 100_000)],
        [],
    ],
)
def test_what_no_browser_sends_is_no_crash(browser: Browser, posted: list[tuple[str, str]]) -> None:
    assert browser.send(PAGE, posted, expect_errors=True).status_int in (200, 303, 400)


def test_email_sends_a_message_for_trial(site_directory: Path, tmp_path: Path) -> None:
    from halkla_iliskiler.cli.catcher import MailCatcher

    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    ini = {"halkla_email.sender": "iletisim@city.example", "halkla_email.starttls": "false"}
    settings = {**site_settings(site_directory, plugins="email"), **ini, "halkla_email.host": "127.0.0.1"}
    opened = Assembly.open(settings, now=FakeNow(), modules=(city,))
    try:
        made = Browser(build(opened), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        made.log_in("administrator")
        form = made.get(f"{LIST}/email").forms["plugin"]
        form["port"] = str(catcher.port)
        form["try_address"] = "bt@city.example"
        assert form.submit("save").status_int == 303
        said = words(made.send(f"{LIST}/email/dene", {}).follow())
        assert "Çalışıyor" in said
        assert "bt@city.example" in said
        (message,) = (tmp_path / "mail").glob("*.eml")
        assert "To: bt@city.example" in message.read_text()
    finally:
        opened.close()
        catcher.stop()
    opened = Assembly.open(settings, now=FakeNow(), modules=(city,))
    try:
        made = Browser(build(opened), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        made.log_in("administrator")
        assert "Çalışmıyor" in words(made.send(f"{LIST}/email/dene", {}).follow())
    finally:
        opened.close()


def test_the_page_says_when_the_relays_password_is_not_used_any_more(
    site_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = {"halkla_email.sender": "iletisim@city.example"}
    opened = Assembly.open({**site_settings(site_directory, plugins="email"), **ini}, now=FakeNow(), modules=(city,))
    try:
        made = Browser(build(opened), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        made.log_in("administrator")

        def saved(**changes: str) -> str:
            form = made.get(f"{LIST}/email").forms["plugin"]
            for name, value in changes.items():
                form[name] = value
            return words(form.submit("save", status=303).follow())

        said = saved(password=SECRET)
        assert "kayıtlı olan silinir" in said
        assert "yeniden yazmanız gerekir" not in said
        assert "yeniden yazmanız gerekir" in saved(host="baska.example")
        assert "yeniden yazmanız gerekir" not in saved(host="ucuncu.example")
        assert "yeniden yazmanız gerekir" not in saved(host="ucuncu.example", password=SECRET)
        # The installation's own is not used for a place that only the page names.
        monkeypatch.setenv("HALKLA_EMAIL_PASSWORD", "kurulumun-parolasi")
        said = words(made.get(f"{LIST}/email"))
        assert "Kurulumda tanımlı olan kullanılmıyor" in said
        assert "kurulumun-parolasi" not in said
    finally:
        opened.close()


def test_the_settings_that_are_saved_reach_the_callers(assembly: Assembly, browser: Browser) -> None:
    """``House.settings`` and ``House.secret`` are the same values."""
    settings(browser, days="21", key=SECRET)
    assert assembly.plugin_settings.secret("weather", "key") == SECRET
    assert (assembly.plugin_settings.values_of("weather") or {})["days"] == 21


# -- settings whose own code fails -----------------------------------------------------------------------------------


class Bomb:
    def __str__(self) -> str:
        raise ValueError("bomb")


class BadWidget(deform.widget.TextInputWidget):
    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        raise KeyError(cstruct)


def key_error(node: Any, value: str) -> None:
    if value == "evil":
        raise KeyError(value)


def endless(node: Any, value: str) -> None:
    if value == "evil":
        time.sleep(5)


def leaving(node: Any, value: str) -> None:
    if value == "evil":
        sys.exit(3)


def mined(node: Any, value: str) -> None:
    if value == "evil":
        raise colander.Invalid(node, TranslationString("a ${x}", mapping={"x": Bomb()}))


@pytest.fixture
def opening(site_directory: Path) -> Iterator[Callable[..., tuple[Assembly, Browser]]]:
    found: list[Assembly] = []

    def make(**node: Any) -> tuple[Assembly, Browser]:
        schema = colander.SchemaNode(colander.Mapping())
        given = {"name": "x", "title": "X", "missing": "d", **node}
        schema.add(colander.SchemaNode(colander.String(), **given))
        module = ModuleType("weather")
        module.halkla_settings_schema = hookimpl(lambda: schema)  # type: ignore[attr-defined]
        module.halkla_about = hookimpl(lambda: About("Hava durumu"))  # type: ignore[attr-defined]
        settings = site_settings(site_directory)
        found.append(Assembly.open(settings, now=FakeNow(), modules=(city, module), budgets=Budgets.of(0.5)))
        made = Browser(build(found[-1]), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        made.log_in("administrator")
        return found[-1], made

    yield make
    for assembly in found:
        assembly.close()


@pytest.mark.parametrize("validator", [key_error, endless, leaving, mined])
def test_a_validator_that_fails_is_said_in_a_sentence_and_what_was_typed_stays(
    opening: Callable[..., tuple[Assembly, Browser]], validator: Callable[[Any, str], None]
) -> None:
    assembly, browser = opening(validator=validator)
    began = time.perf_counter()
    answer = settings(browser, x="evil")
    assert time.perf_counter() - began < 4
    assert answer.status_int == 200
    assert "Hava durumu eklentisi ayarları denetlerken hata verdi" in answer.html.select_one("#p-failed").text
    assert answer.forms["plugin"]["x"].value == "evil"
    assert [(fault.plugin, fault.hook) for fault in assembly.faults.last_day()] == [
        ("weather", "halkla_settings_schema")
    ]
    assert (assembly.plugin_settings.values_of("weather") or {})["x"] == "d"
    # Nothing is broken by it: another value is saved.
    answer.forms["plugin"]["x"] = "good"
    assert answer.forms["plugin"].submit("save").status_int == 303
    assert (assembly.plugin_settings.values_of("weather") or {})["x"] == "good"


def test_a_widget_that_cannot_be_drawn_is_said_and_the_rest_of_the_page_is_there(
    opening: Callable[..., tuple[Assembly, Browser]],
) -> None:
    assembly, browser = opening(widget=BadWidget())
    page = browser.get(PAGE)
    assert (
        "Hava durumu eklentisinin ayarları gösterilirken eklenti hata verdi" in page.html.select_one("#p-failed").text
    )
    assert "plugin" not in page.forms
    assert "Ayarı yoktur" not in words(page)
    assert assembly.faults.last_day()
    assert browser.send(PAGE, {"x": "other"}).status_int == 303


def test_a_refusal_with_numbers_in_its_words_is_said_whole(
    opening: Callable[..., tuple[Assembly, Browser]],
) -> None:
    def picky(node: Any, value: str) -> None:
        raise colander.Invalid(
            node, TranslationString("at most ${count} of ${what}", mapping={"count": 3, "what": "x"})
        )

    _, browser = opening(validator=picky)
    answer = settings(browser, x="new")
    assert "at most 3 of x" in words(answer)
    assert not answer.html.select_one("#p-failed")
