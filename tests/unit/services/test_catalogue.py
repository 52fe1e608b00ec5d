"""The city's data in the hands of its own people: kept, refused, ended, taken back, never overwritten."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.city import (
    Body,
    Category,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.domain.plain import as_plain, from_plain, revision_of
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.catalogue import KINDS, name_of, plain_of, value_of
from halkla_iliskiler.services.catalogue_rules import refuse_what_cannot_be
from halkla_iliskiler.services.changes import EditConflict, UndoRefused
from halkla_iliskiler.services.indexing import differences
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[[str], Services]
TODAY = date(2026, 1, 5)


def stands(assembly: Assembly, kind: str, code: str) -> Any:
    with assembly.database.reading() as site:
        return value_of(site.city, kind, code)


def history(services: Services, kind: str, code: str) -> list[Any]:
    with services.assembly.database.reading() as site:
        return services.changes.of(site, kind, code)


# -- plain values -------------------------------------------------------------------------------------------------

SAMPLES = (
    Department("a", "A", valid_from=date(2026, 1, 1), successor="b", unchecked=("name",)),
    Category("c", "C", "a", timedelta(hours=36), keywords=("x", "y"), ended_on=date(2026, 2, 1)),
    Question("q", "Q", "choice", options=("1", "2"), required=True),
    Synonym("s", "çukur", ("delik",)),
    Neighbourhood("n", "N", ("M",), is_rural=True),
    Body("b", "B", "su", checked_on=date(2026, 1, 2)),
    ReplyTemplate("r", "R", "{number}", outcome="SOLVED"),
)


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_from_its_plain_form(value: Any) -> None:
    plain = as_plain(value)
    assert from_plain(type(value), plain) == value
    assert revision_of(plain) == revision_of(as_plain(from_plain(type(value), plain)))
    assert from_plain(type(value), {**plain, "of_tomorrow": 1}) == value


# -- keeping ------------------------------------------------------------------------------------------------------


def test_what_is_kept_has_its_history(services: As, assembly: Assembly) -> None:
    desk = services("supervisor")
    bench = stands(assembly, "categories", "bench")
    desk.catalogue.put("categories", replace(bench, label="Kırık oturak", solve_within=timedelta(days=2)))
    assert stands(assembly, "categories", "bench").label == "Kırık oturak"
    (change,) = history(desk, "categories", "bench")
    assert (change.who, change.who_name, change.at) == ("supervisor", "Nermin Karaca", desk.now())
    assert change.before == {"label": "Kırık bank", "solve_within": 5 * 86400}
    assert change.after == {"label": "Kırık oturak", "solve_within": 2 * 86400}


def test_nothing_changed_is_no_history(services: As, assembly: Assembly) -> None:
    desk = services("supervisor")
    desk.catalogue.put("categories", stands(assembly, "categories", "bench"))
    assert history(desk, "categories", "bench") == []


def test_a_new_one_is_given_a_code_of_its_name(services: As, assembly: Assembly) -> None:
    desk = services("supervisor")
    first = desk.catalogue.put("categories", Category("", "Işıksız sokak", "roads", timedelta(days=1)))
    again = desk.catalogue.put("categories", Category("", "Işıksız sokak", "roads", timedelta(days=1), "Yollar"))
    assert (first.code, again.code) == ("isiksiz-sokak", "isiksiz-sokak-2")
    assert stands(assembly, "categories", "isiksiz-sokak") == first


@pytest.mark.parametrize("role", ["agent", "clerk", "director", "deputy_mayor", "field_crew", "auditor", ""])
def test_nobody_else_changes_it(services: As, assembly: Assembly, role: str) -> None:
    for kind in KINDS:
        value = stands_first(assembly, kind)
        with pytest.raises(Forbidden):
            services(role).catalogue.put(kind, value)
        if hasattr(value, "ended_on"):
            with pytest.raises(Forbidden):
                services(role).catalogue.end(kind, value.code)


def stands_first(assembly: Assembly, kind: str) -> Any:
    with assembly.database.reading() as site:
        return getattr(site.city, kind)[0]


def test_directorates_are_the_administrators(services: As, assembly: Assembly) -> None:
    parks = stands(assembly, "departments", "parks")
    with pytest.raises(Forbidden):
        services("supervisor").catalogue.put("departments", replace(parks, name="Parklar"))
    services("administrator").catalogue.put("departments", replace(parks, name="Parklar"))
    assert stands(assembly, "departments", "parks").name == "Parklar"


def test_what_somebody_else_has_changed_is_not_overwritten(services: As, assembly: Assembly) -> None:
    old = stands(assembly, "categories", "bench")
    seen = revision_of(as_plain(old))
    services("administrator").catalogue.put("categories", replace(old, label="Bank sorunu"))
    with pytest.raises(EditConflict) as refused:
        services("supervisor").catalogue.put("categories", replace(old, about="Banklar onarılır."), seen)
    assert refused.value.current is not None
    assert refused.value.current["label"] == "Bank sorunu"
    assert refused.value.by is not None
    assert refused.value.by.who == "administrator"
    assert stands(assembly, "categories", "bench") == replace(old, label="Bank sorunu")


# -- refusing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "changed", "refusal"),
    [
        ("categories", "bench", {"department": "nowhere"}, ("department", "unknown_department")),
        ("categories", "bench", {"label": ""}, ("label", "required")),
        ("categories", "bench", {"label": "AĞAÇ BUDAMA"}, ("label", "name_taken")),
        ("categories", "bench", {"solve_within": timedelta()}, ("solve_within", "target")),
        ("categories", "bench", {"solve_within": timedelta(days=4000)}, ("solve_within", "target")),
        ("categories", "bench", {"questions": ("nothing",)}, ("questions", "unknown")),
        ("categories", "bench", {"questions": ("floor",)}, ("questions", "asked_before")),
        ("categories", "bench", {"questions": ("floor", "heavy")}, ("questions", "asked_before")),
        ("categories", "bench", {"questions": ("wire", "wire")}, ("questions", "twice")),
        ("categories", "bench", {"often_body": "nobody"}, ("often_body", "unknown")),
        ("categories", "bench", {"regime": "MARTIAL"}, ("regime", "unknown")),
        ("questions", "heavy", {"options": ("Evin içinde",)}, ("options", "two_options")),
        ("questions", "heavy", {"options_en": ("Inside",)}, ("options_en", "as_many")),
        ("questions", "floor", {"asked_if_answers": ("Bahçede",)}, ("asked_if_answers", "unknown_answer")),
        ("questions", "floor", {"asked_if": "since"}, ("asked_if", "deciding_question")),
        ("questions", "heavy", {"options": ("Evde", "Sokakta"), "options_en": ()}, ("options", "answer_needed")),
        ("questions", "heavy", {"kind": "text", "options": (), "options_en": ()}, ("kind", "decides_others")),
        ("questions", "heavy", {"kind": "yes_no", "options": (), "options_en": ()}, ("kind", "answer_needed")),
        ("questions", "plate", {"ended_on": TODAY}, ("ended_on", "in_use")),
        ("questions", "wheels", {"kind": "riddle"}, ("kind", "unknown")),
        ("synonyms", "hole", {"words": ()}, ("words", "required")),
        ("synonyms", "hole", {"words": ("çukur",)}, ("words", "means_itself")),
        ("neighbourhoods", "isikli", {"name": "Çayırbaşı"}, ("name", "name_taken")),
        ("neighbourhoods", "isikli", {"aliases": ("TEPE",)}, ("aliases", "alias_taken")),
        ("neighbourhoods", "isikli", {"aliases": ("İncirtepe",)}, ("aliases", "alias_taken")),
        ("bodies", "water", {"ended_on": TODAY}, ("ended_on", "in_use")),
        ("bodies", "power", {"phone": ""}, ("phone", "required")),
        ("reply_templates", "done", {"text": "Sayın {ad}"}, ("text", "template_field")),
        ("reply_templates", "done", {"text": "{number"}, ("text", "template_field")),
        ("reply_templates", "done", {"category": "nothing"}, ("category", "unknown")),
        ("reply_templates", "done", {"group": "Nowhere"}, ("group", "unknown")),
        ("departments", "parks", {"valid_until": TODAY}, ("successor", "successor_needed")),
        ("departments", "parks", {"successor": "parks"}, ("successor", "succeeds_itself")),
        ("departments", "parks", {"parent": "parks"}, ("parent", "above_itself")),
        ("departments", "parks", {"parent": "nothing"}, ("parent", "unknown")),
        ("departments", "parks", {"name": "TEMİZLİK İŞLERİ MÜDÜRLÜĞÜ"}, ("name", "name_taken")),
        (
            "departments", "parks", {"valid_from": TODAY, "valid_until": date(2026, 1, 1)},
            ("valid_until", "ends_before_it_begins"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    services: As, assembly: Assembly, kind: str, code: str, changed: dict[str, Any], refusal: tuple[str, str]
) -> None:
    desk, before = services("administrator"), stands(assembly, kind, code)
    with pytest.raises(InvalidInput) as refused:
        desk.catalogue.put(kind, replace(before, **changed))
    assert (refused.value.field, refused.value.problem) == refusal
    assert stands(assembly, kind, code) == before
    assert history(desk, kind, code) == []


# -- ending -------------------------------------------------------------------------------------------------------


def test_an_ended_subject_is_offered_to_nobody_and_stays_with_its_tickets(services: As, assembly: Assembly) -> None:
    filed = services("").intake.file(draft())
    services("supervisor").catalogue.end("categories", "bench")
    with assembly.database.reading() as site:
        assert site.city.category("bench").label == "Kırık bank"
        assert "bench" not in {one.code for one in site.city.offered}
        assert site.tickets[filed.ticket_id].category == "bench"
        assert services("").city.propose(site, "parktaki bank kırık") == []
    with pytest.raises(InvalidInput) as refused:
        services("").intake.file(draft())
    assert (refused.value.field, refused.value.problem) == ("category", "unknown")
    services("supervisor").catalogue.take_up_again("categories", "bench")
    services("").intake.file(draft())
    assert [one.after["ended_on"] for one in history(services("supervisor"), "categories", "bench")] == [
        None, "2026-01-05",
    ]  # fmt: skip


def test_no_subject_is_put_where_it_would_soon_lead_nowhere(services: As, assembly: Assembly) -> None:
    desk, bench = services("administrator"), stands(assembly, "categories", "bench")
    unit = Department("stopgap", "Geçici Müdürlük", level="directorate", valid_until=date(2026, 6, 30))
    desk.catalogue.put("departments", unit)
    with pytest.raises(InvalidInput) as refused:
        desk.catalogue.put("categories", replace(bench, department="stopgap"))
    assert (refused.value.field, refused.value.problem) == ("department", "department_closes")
    assert stands(assembly, "categories", "bench") == bench
    desk.catalogue.put("departments", replace(unit, successor="cleaning"))
    desk.catalogue.put("categories", replace(bench, department="stopgap"))
    assert stands(assembly, "categories", "bench").department == "stopgap"


def test_there_is_nothing_to_end(services: As) -> None:
    with pytest.raises(NotFound):
        services("supervisor").catalogue.end("categories", "nothing")


def test_a_closed_directorate_hands_its_subjects_on(services: As, assembly: Assembly, now: FakeNow) -> None:
    desk = services("administrator")
    parks = stands(assembly, "departments", "parks")
    desk.catalogue.put("departments", replace(parks, valid_until=TODAY, successor="cleaning"))
    before = services("").intake.file(draft())
    now.advance(timedelta(days=1))
    after = services("").intake.file(draft())
    with assembly.database.reading() as site:
        assert site.tickets[before.ticket_id].department == "parks"
        assert site.tickets[after.ticket_id].department == "cleaning"
        assert [one.code for one in site.city.tree.directorates_on(date(2026, 1, 6))].count("parks") == 0
    cleaning = stands(assembly, "departments", "cleaning")
    with pytest.raises(InvalidInput) as refused:
        desk.catalogue.put("departments", replace(cleaning, valid_until=date(2026, 1, 7), successor="parks"))
    assert (refused.value.field, refused.value.problem) == ("successor", "succeeds_itself")


# -- taking back --------------------------------------------------------------------------------------------------


def test_a_change_is_taken_back_and_that_too(services: As, assembly: Assembly) -> None:
    desk, old = services("supervisor"), stands(assembly, "synonyms", "hole")
    desk.catalogue.put("synonyms", replace(old, words=("oyuk",)))
    (change,) = history(desk, "synonyms", "hole")
    desk.changes.undo(change.id)
    assert stands(assembly, "synonyms", "hole") == old
    undone, _ = history(desk, "synonyms", "hole")
    assert undone.undoes == change.id
    with pytest.raises(UndoRefused) as refused:
        desk.changes.undo(change.id)
    assert refused.value.reason == "undone_already"
    desk.changes.undo(undone.id)
    assert stands(assembly, "synonyms", "hole").words == ("oyuk",)


def test_what_something_newer_has_changed_is_not_taken_back(services: As, assembly: Assembly) -> None:
    desk, old = services("supervisor"), stands(assembly, "categories", "bench")
    desk.catalogue.put("categories", replace(old, label="Bank", about="Bir şey."))
    desk.catalogue.put("categories", replace(old, label="Oturma bankı", about="Bir şey."))
    newest, first = history(desk, "categories", "bench")
    with pytest.raises(UndoRefused) as refused:
        desk.changes.undo(first.id)
    assert (refused.value.reason, refused.value.newer) == ("changed_since", newest)
    desk.catalogue.put("categories", replace(old, label="Oturma bankı", about="Bir şey.", urgent=True))
    desk.changes.undo(newest.id)
    assert stands(assembly, "categories", "bench") == replace(old, label="Bank", about="Bir şey.", urgent=True)


def test_what_was_made_goes_again_unless_it_is_used(services: As, assembly: Assembly) -> None:
    desk = services("supervisor")
    made = desk.catalogue.put("categories", Category("", "Bozuk çeşme", "parks", timedelta(days=1)))
    (change,) = history(desk, "categories", made.code)
    services("").intake.file(draft(category=made.code))
    with pytest.raises(UndoRefused) as refused:
        desk.changes.undo(change.id)
    assert refused.value.reason == "in_use"
    other = desk.catalogue.put("categories", Category("", "Bozuk salıncak", "parks", timedelta(days=1)))
    desk.changes.undo(history(desk, "categories", other.code)[0].id)
    assert stands(assembly, "categories", other.code) is None


def test_an_answer_that_decides_is_taken_back_by_nobody(services: As, assembly: Assembly) -> None:
    desk, old = services("supervisor"), stands(assembly, "questions", "heavy")
    desk.catalogue.put("questions", replace(old, options=(*old.options, "Depoda"), options_en=()))
    floor = stands(assembly, "questions", "floor")
    desk.catalogue.put("questions", replace(floor, asked_if_answers=("Evin içinde", "Depoda")))
    with pytest.raises(InvalidInput) as refused:
        desk.changes.undo(history(desk, "questions", "heavy")[0].id)
    assert (refused.value.field, refused.value.problem) == ("options", "answer_needed")
    desk.changes.undo(history(desk, "questions", "floor")[0].id)
    desk.changes.undo(history(desk, "questions", "heavy")[0].id)
    assert stands(assembly, "questions", "heavy") == old
    # An ended question needs no answer.
    for code in ("floor", "carriers"):
        furniture = stands(assembly, "categories", "furniture")
        left = tuple(one for one in furniture.questions if one != code)
        desk.catalogue.put("categories", replace(furniture, questions=left))
        desk.catalogue.end("questions", code)
    desk.catalogue.put("questions", replace(old, kind="text", options=(), options_en=()))


def test_only_who_may_change_takes_back(services: As, assembly: Assembly) -> None:
    parks = stands(assembly, "departments", "parks")
    services("administrator").catalogue.put("departments", replace(parks, email="parklar@example.org"))
    (change,) = history(services("administrator"), "departments", "parks")
    with pytest.raises(Forbidden):
        services("supervisor").changes.undo(change.id)
    with pytest.raises(NotFound):
        services("administrator").changes.undo(1)
    with assembly.database.reading() as site:
        assert services("supervisor").changes.latest(site, ["departments"]) == []
        assert services("administrator").changes.latest(site, ["departments"]) == [change]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["label", "about", "first_answer"]), st.text("ab", min_size=1, max_size=2)),
        min_size=1,
        max_size=6,
    )
)
def test_taking_everything_back_in_reverse_order_leads_to_the_beginning(
    steps: list[tuple[str, str]], tmp_path_factory: Any, furnished: Any
) -> None:
    import shutil

    from halkla_iliskiler.testing import actor, open_site

    directory = shutil.copytree(furnished, tmp_path_factory.mktemp("undo") / "site")
    assembly = open_site(directory)
    try:
        desk = assembly.services(actor("supervisor"))
        old = stands(assembly, "categories", "bench")
        for name, text in steps:
            desk.catalogue.put("categories", replace(stands(assembly, "categories", "bench"), **{name: text}))
        for change in history(desk, "categories", "bench"):
            desk.changes.undo(change.id)
        assert stands(assembly, "categories", "bench") == old
    finally:
        assembly.close()


# -- marks and lists ----------------------------------------------------------------------------------------------


def test_whoever_writes_something_vouches_for_it(services: As, assembly: Assembly) -> None:
    def mark(unit: Any) -> None:
        city = unit.site.city
        marked = tuple(replace(one, unchecked=("solve_within", "about")) for one in city.categories)
        city.replace(categories=marked)

    assembly.write(mark, "marks as a plugin gives them")
    desk, bench = services("supervisor"), stands(assembly, "categories", "bench")
    desk.catalogue.put("categories", replace(bench, solve_within=timedelta(days=1)))
    assert stands(assembly, "categories", "bench").unchecked == ("about",)
    desk.catalogue.confirm("categories", "tree", ["solve_within", "about"])
    assert stands(assembly, "categories", "tree").unchecked == ()
    assert history(desk, "categories", "tree")[0].after == {"unchecked": []}
    desk.catalogue.confirm("bodies", "water", ["phone"])
    assert stands(assembly, "bodies", "water").checked_on == TODAY


def test_tickets_are_found_by_the_new_name(services: As, assembly: Assembly) -> None:
    for _ in range(3):
        services("").intake.file(draft())
    bench = stands(assembly, "categories", "bench")
    services("supervisor").catalogue.put("categories", replace(bench, label="Şezlong"))
    assert list(differences(assembly.database, assembly.index)) == []
    bench = stands(assembly, "categories", "bench")
    with assembly.database.reading() as site:
        assert site.city.relisting == ()


def test_names_are_what_people_call_it(assembly: Assembly) -> None:
    assert name_of("categories", stands(assembly, "categories", "bench")) == "Kırık bank"
    with assembly.database.reading() as site:
        assert plain_of(site.city, "categories", "nothing") is None


def test_every_connection_sees_a_change_at_once(services: As, assembly: Assembly) -> None:
    """Each thread of a server has a connection of its own, with look-ups made of the city's data."""

    def say(site: Any) -> tuple[str, str, str, list[str], bool, int]:
        city = site.city
        return (
            city.category("bench").label,
            city.tree.name_of("parks"),
            city.territory.name_of("isikli"),
            [subject.code for subject in city.matcher.best("şezlong kırılmış", 1)],
            any(template.code == "done" for template in city.reply_templates if template.ended_on is None),
            city.edition,
        )

    with ExitStack() as open_ones:
        before = [say(open_ones.enter_context(assembly.database.reading())) for _ in range(6)]
    assert len(set(map(str, before))) == 1
    desk = services("administrator")
    bench = stands(assembly, "categories", "bench")
    desk.catalogue.put("categories", replace(bench, label="Park mobilyası", keywords=("şezlong",)))
    desk.catalogue.put("departments", replace(stands(assembly, "departments", "parks"), name="Yeşil Alanlar"))
    desk.catalogue.put("neighbourhoods", replace(stands(assembly, "neighbourhoods", "isikli"), name="Işıkkent"))
    desk.catalogue.end("reply_templates", "done")
    with ExitStack() as open_ones:
        after = [say(open_ones.enter_context(assembly.database.reading())) for _ in range(6)]
    assert [said[:5] for said in after] == [("Park mobilyası", "Yeşil Alanlar", "Işıkkent", ["bench"], False)] * 6
    assert {said[5] for said in after} == {before[0][5] + 4}


def test_a_reader_keeps_what_it_began_with(services: As, assembly: Assembly) -> None:
    bench = stands(assembly, "categories", "bench")
    with assembly.database.reading() as site:
        services("supervisor").catalogue.put("categories", replace(bench, label="Şezlong"))
        assert site.city.category("bench").label == "Kırık bank"
    assert stands(assembly, "categories", "bench").label == "Şezlong"


def test_the_city_that_was_taken_over_keeps_the_rules(assembly: Assembly) -> None:
    with assembly.database.reading() as site:
        for kind in KINDS:
            for value in getattr(site.city, kind):
                refuse_what_cannot_be(site.city, kind, value, TODAY)


def test_what_a_form_showed_is_found_in_the_log(services: As, assembly: Assembly) -> None:
    desk, old = services("supervisor"), stands(assembly, "categories", "bench")
    seen = revision_of(as_plain(old))
    for label in ("Bank", "Oturak", "Şezlong"):
        desk.catalogue.put("categories", replace(stands(assembly, "categories", "bench"), label=label))
    with assembly.database.reading() as site:
        assert desk.changes.as_seen(site, "categories", "bench", seen) == as_plain(old)
        assert desk.changes.as_seen(site, "categories", "bench", "0" * 16) is None
