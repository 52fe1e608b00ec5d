"""Every hook with every fault: the others still answer, it is reported with the plugin's name, and no ticket is lost.

The hooks are read from the specifications: one that is added is tried here the day it is written.
"""

import dataclasses
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from translationstring import TranslationString
from webtest import TestApp

from halkla_iliskiler import testing
from halkla_iliskiler.api import (
    About,
    Application,
    Channel,
    ContactDetails,
    Department,
    Page,
    Panel,
    Refusal,
    ReplyTemplate,
    Said,
    Tried,
)
from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.extension import Budgets, Extensions, PluginRefused, Plugins, build_plugins
from halkla_iliskiler.extension.answers import HOOKS, WrongAnswer, is_asked_at_start, kind_of
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.house import house_of
from halkla_iliskiler.services.plugin_calls import FOLLOW_PANELS, TICKET_PANELS
from halkla_iliskiler.services.views import ticket_view
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from halkla_iliskiler.work import Runner
from tests.faults.misbehaving import Misbehaving, answer_of, arguments, derived, pairs, plugin

AT_START = [hook for hook in HOOKS if is_asked_at_start(hook)]
WHILE_IT_RUNS = [hook for hook in HOOKS if not is_asked_at_start(hook)]
SHORT = Budgets.of(0.2)


@pytest.fixture
def bad(hook: str, fault: str) -> Iterator[Misbehaving]:
    made = Misbehaving(hook, fault)
    yield made
    made.hanging.release()


def ask(plugins: Plugins, hook: str) -> list[Any]:
    """Ask a hook as the core asks hooks of its kind, and return what came of it."""
    given = arguments(hook)
    if kind_of(hook) in ("choose", "check"):
        return [plugins.choose(hook, lambda _answer: True, **given)]
    if kind_of(hook) == "panels":
        return [answer for _, answer in plugins.collect(hook, plugins.budgets.panel, **given)]
    answers = [plugins.one(hook, name, plugins.budgets.panel, **given) for name in plugins.answering(hook)]
    return [outcome.answer for outcome in answers if not outcome.fault]


def start(*modules: Any) -> Extensions:
    """Do everything a program and its commands ask of plugins before it runs."""
    extensions = Extensions.collect(build_plugins((), {}, (testing, *modules), budgets=SHORT))
    extensions.city_data()
    extensions.demo_tickets(FakeNow()())
    extensions.plugins.steps()
    return extensions


# -- start-up -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hook", "fault"), pairs(AT_START))
def test_a_fault_at_start_up_refuses_to_start_and_names_the_plugin(bad: Misbehaving) -> None:
    with pytest.raises(PluginRefused) as why:
        start(bad.module)
    sentence = str(why.value)
    assert "'bad'" in sentence or "setting" in sentence
    assert bad.hook in sentence or "setting" in sentence
    assert bad.asked == 1


# A category by itself names a department that nobody gives.
@pytest.mark.parametrize("hook", [hook for hook in AT_START if hook != "halkla_categories"])
def test_a_hook_of_start_up_that_behaves_starts(hook: str) -> None:
    start(plugin("good", **{hook: lambda **_: answer_of(hook)}))


# -- while it runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hook", "fault"), pairs(WHILE_IT_RUNS))
def test_a_faulty_plugin_is_reported_and_the_others_still_answer(
    hook: str, fault: str, bad: Misbehaving, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = answer_of(hook)
    good = plugin("good", **{hook: lambda **_: wanted})
    plugins = build_plugins((), {}, (good, bad.module), budgets=SHORT)

    with caplog.at_level(logging.ERROR, "halkla_iliskiler"):
        assert wanted in ask(plugins, hook)

    (found,) = plugins.faults.of("bad")
    assert (found.plugin, found.hook) == ("bad", hook)
    assert f"the plugin bad failed in {hook}: {found.kind}" in caplog.text
    # What an exception says may be somebody's words.
    assert "0532" not in caplog.text + str(found)
    assert not plugins.faults.of("good")


@pytest.mark.parametrize(("hook", "fault"), pairs(WHILE_IT_RUNS))
def test_a_plugin_that_goes_on_failing_is_not_asked_any_more(hook: str, fault: str, bad: Misbehaving) -> None:
    plugins = build_plugins((), {}, (bad.module,), budgets=SHORT)
    for _ in range(8):
        ask(plugins, hook)
    assert 3 <= bad.asked <= 5
    assert set(plugins.faults.quarantined()) == {"bad"}

    plugins.faults.lift("bad")
    ask(plugins, hook)
    assert not plugins.faults.is_quarantined("bad")
    assert 4 <= bad.asked <= 6


@pytest.mark.parametrize("hook", WHILE_IT_RUNS)
def test_what_one_plugin_is_given_another_cannot_have_changed(hook: str) -> None:
    seen: list[dict[str, Any]] = []

    def look(**given: Any) -> Any:
        seen.append(given)
        return None if kind_of(hook) in ("choose", "check", "on") else answer_of(hook)

    vandal = Misbehaving(hook, "changes its arguments")
    given = arguments(hook)
    plugins = build_plugins((), {}, (plugin("good", **{hook: look}), vandal.module), budgets=SHORT)
    plugins.choose(hook, lambda _answer: True, **given)
    for name in plugins.answering(hook):
        plugins.one(hook, name, 1, **given)
    assert vandal.asked == 2
    assert seen
    assert all(one[name] == given[name] for one in seen for name in given)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_class_of_its_own_is_taken_as_the_plain_value_it_is(hook: str) -> None:
    wanted = answer_of(hook)
    plugins = build_plugins((), {}, (plugin("own", **{hook: lambda **_: derived(wanted)}),), budgets=SHORT)
    if is_asked_at_start(hook):
        answers = [answer for name, answer in plugins.ask(hook, **arguments(hook)) if name == "own"]
    else:
        answers = ask(plugins, hook)
    assert wanted in answers
    assert all(map(is_exact, answers))
    assert not plugins.faults.last_day()


def is_exact(value: Any) -> bool:
    """Tell whether a value is made of the built-in types and the core's own values alone."""
    if dataclasses.is_dataclass(value):
        return all(is_exact(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, (list, tuple)):
        return type(value) in (list, tuple) and all(map(is_exact, value))
    return not type(value).__module__.startswith("tests.") or callable(value)


class Bomb:
    def __str__(self) -> str:
        sys.exit(1)


@pytest.mark.parametrize("filled", [Bomb(), object(), "ş" * 10_000_000])
@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("halkla_about", lambda said: About(said)),
        ("halkla_channels", lambda said: [Channel("kiosk", said)]),
        ("halkla_check_application", lambda said: Refusal("words", said)),
        ("halkla_ticket_panels", lambda said: [Panel("seen", said, "x.pt")]),
        ("halkla_try_it", lambda said: Tried(True, said)),
    ],
)
def test_what_is_filled_into_a_sentence_is_looked_at_inside_the_guard(
    hook: str, answer: Callable[[str], object], filled: object
) -> None:
    said = TranslationString("Hall ${hall}", domain="invented_bad", mapping={"hall": filled})
    bad = plugin("bad", **{hook: lambda **_: answer(said)})
    if is_asked_at_start(hook):
        with pytest.raises(PluginRefused, match="'bad'"):
            start(bad)
        return
    plugins = build_plugins((), {}, (bad,), budgets=SHORT)
    ask(plugins, hook)
    assert plugins.faults.of("bad")


@pytest.mark.parametrize("codes", [("a", "a"), ("",), ('a"b',), ("a/b",), ("a" * 100,)])
def test_panels_whose_forms_could_not_be_told_apart_are_a_fault(codes: tuple[str, ...]) -> None:
    panels = [Panel(code, "Seen", "x.pt") for code in codes]
    plugins = build_plugins((), {}, (plugin("bad", **{TICKET_PANELS: lambda **_: panels}),), budgets=SHORT)
    assert ask(plugins, TICKET_PANELS) == []
    assert [fault.kind for fault in plugins.faults.of("bad")] == ["wrong answer"]


# -- a whole day ----------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(site_directory: Path, now: FakeNow) -> Iterator[Callable[..., Assembly]]:
    """``opened(module …)``: the site of the tests with further plugins."""
    found: list[Assembly] = []

    def make(*modules: Any) -> Assembly:
        found.append(open_site(site_directory, now, modules=(testing, *modules), budgets=SHORT))
        return found[-1]

    yield make
    for assembly in found:
        assembly.close()


@pytest.mark.parametrize(("hook", "fault"), pairs(WHILE_IT_RUNS))
def test_a_day_goes_on_whatever_a_plugin_does(
    hook: str, fault: str, bad: Misbehaving, opened: Callable[..., Assembly], now: FakeNow
) -> None:
    """An application is filed, told, seen, answered and followed; the plugin fails wherever it is asked."""
    assembly = opened(bad.module)
    worker = Runner(assembly)

    filed = assembly.services(ANONYMOUS).intake.file(draft(details=ContactDetails("Ayşe", "", "ayse@example.org")))
    recorded = assembly.services(actor("agent")).intake.file(draft(recorded_by_staff=True, channel="telephone"))
    worker.run_due(now(), everything=True)
    with assembly.database.reading() as site:
        for one in (filed, recorded):
            ticket = site.tickets[one.ticket_id]
            # The core's own answer: the directorate of the subject.
            assert (ticket.department, ticket.status) == ("parks", "ASSIGNED")
        view = ticket_view(site, site.tickets[filed.ticket_id])
    clerk = assembly.services(actor("clerk"))
    for panels in (FOLLOW_PANELS, TICKET_PANELS):
        clerk.plugin_calls.panels(panels, view)
    clerk.handling.act(filed.ticket_id, Order(Action.FINISH, text="Yapıldı.", outcome="SOLVED"), None)
    assert not assembly.services(actor("administrator")).plugin_calls.try_it("bad").ok or hook != "halkla_try_it"
    now.advance(timedelta(hours=1))
    worker.run_due(now(), everything=True)

    with assembly.database.reading() as site:
        assert site.tickets[filed.ticket_id].answer_given == "Yapıldı."
        assert set(dict(site.plugin_faults or {})) <= {"bad"}
    method = assembly.extensions.feedback_methods["test"]
    assert [told.subject for told in method.delivered]  # type: ignore[attr-defined]
    if bad.asked:
        assert assembly.faults.of("bad")


@pytest.mark.parametrize(("hook", "fault"), pairs(hook for hook in HOOKS if kind_of(hook) == "check"))
def test_whoever_fails_has_no_veto_and_whoever_works_has(
    hook: str, fault: str, bad: Misbehaving, opened: Callable[..., Assembly]
) -> None:
    wanted = answer_of(hook)
    assembly = opened(bad.module)
    assert assembly.services(ANONYMOUS).intake.file(draft()).number
    assembly.close()
    assembly = opened(plugin("strict", **{hook: lambda **_: wanted}), bad.module)
    with pytest.raises(InvalidInput):
        assembly.services(ANONYMOUS).intake.file(draft())


class Units(StrEnum):
    ROADS = "roads"


def test_an_enumeration_of_a_plugin_is_stored_as_the_text_it_is(opened: Callable[..., Assembly]) -> None:
    """A class of the plugin's in the database could not be read again by anybody."""
    template = ReplyTemplate("extra", "Title", "Text")
    assembly = opened(
        plugin(
            "own",
            halkla_about=lambda: About("Own", powers=("file_applications", "change_departments")),
            halkla_choose_department=lambda **_: Units.ROADS,
            halkla_reply_templates=lambda: [derived(template)],
        )
    )
    house = house_of(assembly.services(actor("administrator")), "own")
    application = Application("Yolda çukur var.", "web", "k1", place="Işıklı Parkı", latitude=38.46, longitude=27.2)
    filed = house.file(derived(application))
    house.apply_departments([derived(Department("neu", "Yeni"))], Units.ROADS)
    with pytest.raises(WrongAnswer):
        house.file(replace(application, key="k2", place=object()))  # type: ignore[arg-type]
    assembly.close()

    with opened().database.reading() as site:
        ticket = site.tickets[filed.ticket_id]
        assert (type(ticket.department), ticket.department) == (str, "roads")
        assert ticket.location.text == "Işıklı Parkı"
        assert "neu" in [department.code for department in site.city.departments]
        assert len(site.tickets) == 1


@pytest.mark.parametrize(
    "said",
    [
        Said(status=0),
        Said(status=99_999),
        Said(data={"a": {(1, 2): 3}}),
        Said(data={"a": float("nan")}),
        Said(data={"a": "\ud800"}),
        Said(data={"a": object()}),
        Said(file=("a.txt", "text/plain\r\nX-Evil: 1", b"x")),
        {"a": float("inf")},
    ],
)
def test_what_a_program_cannot_be_sent_is_the_plugins_fault(opened: Callable[..., Assembly], said: Any) -> None:
    page = Page("receive", show=lambda _asked, _house: said, is_machine=True)
    assembly = opened(plugin("bad", halkla_pages=lambda: [page]))
    answer = TestApp(build(assembly)).get("/eklenti/bad/receive", status=503)
    assert answer.json == {"problem": "try_again"}
    assert [fault.kind for fault in assembly.faults.of("bad")] == ["wrong answer"]


def test_an_answer_without_a_body_is_sent_without_one(opened: Callable[..., Assembly]) -> None:
    page = Page("receive", show=lambda _asked, _house: Said(status=204), is_machine=True)
    answer = TestApp(build(opened(plugin("good", halkla_pages=lambda: [page])))).get("/eklenti/good/receive")
    assert (answer.status_int, answer.body) == (204, b"")


def test_what_is_not_our_fault_is_found_again_after_a_restart(
    opened: Callable[..., Assembly], site_directory: Path
) -> None:
    bad = Misbehaving("halkla_choose_department", "raises")
    assembly = opened(bad.module)
    for _ in range(6):
        assembly.services(ANONYMOUS).intake.file(draft())
    assert bad.asked == 5
    assembly.close()

    again = Misbehaving("halkla_choose_department", "raises")
    assembly = opened(again.module)
    assembly.services(ANONYMOUS).intake.file(draft())
    assert again.asked == 0
    (quarantine,) = assembly.services(SYSTEM).quarantine.quarantined().values()
    assert quarantine.hook == "halkla_choose_department"
    assert len(assembly.services(SYSTEM).quarantine.faults()) == 5

    assembly.services(actor("administrator")).quarantine.lift("bad")
    assembly.services(ANONYMOUS).intake.file(draft())
    assert again.asked == 1
    assembly.close()
    assert not opened(again.module).services(SYSTEM).quarantine.quarantined()
