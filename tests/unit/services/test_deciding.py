"""What plugins decide about an application, and that the core's own decisions travel the same way."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import ApplicationView, ContactDetails, Refusal
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.extension import PluginRefused
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from tests.faults.misbehaving import plugin

CHOOSE, CHECK = "halkla_choose_department", "halkla_check_application"


@pytest.fixture
def opened(site_directory: Path, now: FakeNow) -> Iterator[Callable[..., Assembly]]:
    found: list[Assembly] = []

    def make(*modules: object, **settings: str) -> Assembly:
        found.append(open_site(site_directory, now, modules=(testing, *modules), **settings))  # type: ignore[arg-type]
        return found[-1]

    yield make
    for assembly in found:
        assembly.close()


def filed(assembly: Assembly, **values: object) -> Ticket:
    """File an application and return a copy of the ticket."""
    identity = assembly.services(ANONYMOUS).intake.file(draft(**values)).ticket_id
    with assembly.database.reading() as site:
        ticket: Ticket = site.tickets[identity]
        ticket._p_activate()
        return ticket


# -- where it goes --------------------------------------------------------------------------------------------------


def test_a_plugin_says_where_it_goes_and_the_subject_when_it_does_not(opened: Callable[..., Assembly]) -> None:
    def choose(application: ApplicationView) -> str | None:
        return "roads" if application.neighbourhood == "isikli" else None

    assembly = opened(plugin("one", **{CHOOSE: choose}))
    assert filed(assembly, location=Location("isikli")).department == "roads"
    assert filed(assembly, location=Location("incirtepe")).department == "parks"


def test_what_nobody_has_sorted_can_be_routed_by_its_words(opened: Callable[..., Assembly]) -> None:
    def choose(application: ApplicationView) -> str | None:
        return "cleaning" if "çöp" in application.words else None

    assembly = opened(plugin("one", **{CHOOSE: choose}))
    routed, unsorted = (filed(assembly, category=None, words=words) for words in ("çöp var", "bir şey var"))
    assert (routed.department, routed.status, routed.category) == ("cleaning", "ASSIGNED", None)
    assert (unsorted.department, unsorted.status) == (None, "NEW")


def test_the_plugin_listed_last_answers_first(opened: Callable[..., Assembly]) -> None:
    one, two = (plugin(name, **{CHOOSE: lambda name=name, **_: name}) for name in ("roads", "family"))
    assert filed(opened(one, two)).department == "family"


def test_a_department_that_is_not_there_does_not_count_and_is_reported(opened: Callable[..., Assembly]) -> None:
    assembly = opened(plugin("one", **{CHOOSE: lambda **_: "nowhere"}))
    assert filed(assembly).department == "parks"
    assert [(fault.plugin, fault.kind) for fault in assembly.faults.last_day()] == [("one", "wrong answer")]


def test_a_plugin_is_not_told_who_applies(opened: Callable[..., Assembly]) -> None:
    seen: list[ApplicationView] = []
    assembly = opened(plugin("one", **{CHOOSE: lambda application: seen.append(application)}))
    filed(assembly, details=ContactDetails("Ayşe Işık", "+905990000001", "ayse@example.org"))
    assert (seen[0].has_name, seen[0].has_phone, seen[0].has_email, seen[0].is_anonymous) == (True, True, True, False)
    assert not any(word in str(seen) for word in ("Ayşe", "90599", "example.org"))


# -- whether it may come in -----------------------------------------------------------------------------------------


def test_a_plugin_may_refuse_with_a_sentence_and_nothing_is_saved(opened: Callable[..., Assembly]) -> None:
    assembly = opened(plugin("one", **{CHECK: lambda **_: Refusal("words", "Adres yazın.", "no_address")}))
    with pytest.raises(InvalidInput) as why:
        filed(assembly)
    assert (why.value.field, why.value.problem, why.value.sentence) == ("words", "no_address", "Adres yazın.")
    with assembly.database.reading() as site:
        assert not len(site.tickets)


def test_what_was_said_to_staff_is_never_refused(opened: Callable[..., Assembly]) -> None:
    asked: list[ApplicationView] = []
    assembly = opened(plugin("one", **{CHECK: lambda application: asked.append(application)}))
    agent = assembly.services(actor("agent"))
    assert agent.intake.file(draft(kind="QUESTION", channel="telephone", recorded_by_staff=True)).number
    assert not asked


def test_the_same_form_again_is_the_first_ticket_whatever_a_plugin_says_by_then(
    opened: Callable[..., Assembly],
) -> None:
    refusals = iter([None, Refusal("words", "Nein.")])
    assembly = opened(plugin("one", **{CHECK: lambda **_: next(refusals)}))
    same = draft()
    services = assembly.services(ANONYMOUS)
    first, second = services.intake.file(same), services.intake.file(same)
    assert first.number == second.number
    assert second.is_repeat


# -- the core's own, switched off -----------------------------------------------------------------------------------


def test_without_routing_everything_stands_before_the_centre(opened: Callable[..., Assembly]) -> None:
    ticket = filed(opened(**{"halkla.without": "routing"}))
    assert (ticket.category, ticket.department, ticket.status) == ("bench", None, "NEW")


def test_without_rules_an_anonymous_question_comes_in(opened: Callable[..., Assembly]) -> None:
    assert filed(opened(**{"halkla.without": "rules"}), kind="QUESTION").kind == "QUESTION"


@pytest.mark.parametrize(("name", "cure"), [("channels", "'web'"), ("feedback", "reaches"), ("routin", "no built-in")])
def test_what_the_core_cannot_live_without_is_refused_with_a_sentence(
    opened: Callable[..., Assembly], name: str, cure: str
) -> None:
    with pytest.raises(PluginRefused) as why:
        opened(**{"halkla.without": name})
    assert name in str(why.value)
    assert cure in str(why.value)
    assert str(why.value).count(". ") == 0


def test_a_built_in_may_go_when_a_plugin_does_its_work(site_directory: Path, now: FakeNow) -> None:
    # The tests' city gives a brand of its own.
    open_site(site_directory, now, **{"halkla.without": "branding"}).close()
    with pytest.raises(PluginRefused, match=r"city's name.*branding.*halkla\.without"):
        open_site(site_directory, now, modules=(), **{"halkla.without": "branding"})
