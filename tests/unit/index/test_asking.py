"""Lists, counts and search against plain Python over the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import ROLES, Actor, Grant, Visibility, visibility
from halkla_iliskiler.domain.text import fold
from halkla_iliskiler.index import Row, TicketIndex, TicketQuery
from halkla_iliskiler.index.queries import halves
from halkla_iliskiler.index.rows import NEVER

EVERYTHING = Visibility(all_ordinary=True, all_sensitive=True)
a_few = settings(max_examples=50)
"""Each example makes an index of its own."""
DEPARTMENTS = [None, "parks", "roads", "family"]


def row(identity: int, **values: object) -> Row:
    plain = Row(
        id=identity, version=1, number=f"2026/{identity:05d}", status="ASSIGNED", kind="COMPLAINT", category="bench",
        department="parks", assignee=None, neighbourhood=None, channel="web", sensitive=0, is_open=1, check_pending=0,
        created=1000, updated=1000, due=2000, photos=0, latitude=None, longitude=None, related_to=None,
        words_hash=0, suspected=0, repeats=0, shared="", snippet="", text="",
    )  # fmt: skip
    return plain._replace(**values)


@contextmanager
def an_index(rows: list[Row]) -> Iterator[TicketIndex]:
    with TemporaryDirectory() as directory:
        index = TicketIndex(Path(directory) / "index.sqlite")
        index.create("database", 1)
        index.follow(rows, {})
        try:
            yield index
        finally:
            index.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TicketIndex]:
    made = TicketIndex(tmp_path / "index.sqlite")
    made.create("database", 1)
    yield made
    made.close()


def ids(index: TicketIndex, query: TicketQuery) -> list[int]:
    return [found.id for found in index.find(query).rows]


# -- the access rule -----------------------------------------------------------------------------------------------

_grants = st.builds(Grant, st.sampled_from(sorted(ROLES)), st.sampled_from(["parks", "roads", "family"]), st.booleans())
_people = st.builds(Actor, st.just("p"), st.just("P"), st.lists(_grants, max_size=3).map(tuple))
_shares = st.lists(st.sampled_from(["parks", "roads", "family"]), unique=True, max_size=2).map(tuple)
_tickets = st.lists(st.tuples(st.sampled_from(DEPARTMENTS), st.booleans(), st.booleans(), _shares), max_size=12)


@a_few
@given(_tickets, _people)
def test_a_list_shows_a_count_counts_and_search_finds_exactly_what_a_page_opens(
    tickets: list[tuple[str | None, bool, bool, tuple[str, ...]]], person: Actor
) -> None:
    rows = [
        row(
            place, department=department, sensitive=int(sensitive), is_open=int(is_open), text="cop", due=place % 3,
            shared=f",{','.join(shared)}," if shared else "",
        )
        for place, (department, sensitive, is_open, shared) in enumerate(tickets, 1)
    ]  # fmt: skip
    seen = visibility(person)
    allowed = {
        found.id
        for found in rows
        if seen.includes(found.department, bool(found.sensitive), tuple(found.shared.strip(",").split(",")))
    }
    open_ones = {found.id for found in rows if found.id in allowed and found.is_open}
    with an_index(rows) as index:
        assert set(ids(index, TicketQuery(seen, is_open=None))) == allowed
        assert set(ids(index, TicketQuery(seen))) == open_ones
        assert set(ids(index, TicketQuery(seen, is_open=None, words="çöp"))) == allowed
        assert index.count(TicketQuery(seen)) == index.tally(TicketQuery(seen)) == len(open_ones)


# -- counters ------------------------------------------------------------------------------------------------------

_changes = st.lists(
    st.builds(
        row,
        st.integers(1, 6),
        version=st.integers(1, 5),
        department=st.sampled_from(DEPARTMENTS),
        status=st.sampled_from(["NEW", "ASSIGNED", "DONE"]),
        sensitive=st.integers(0, 1),
        is_open=st.integers(0, 1),
        check_pending=st.integers(0, 1),
    ),
    max_size=30,
)


@a_few
@given(_changes)
def test_the_counters_equal_a_count_after_any_sequence_of_changes(changes: list[Row]) -> None:
    newest: dict[int, Row] = {}
    with an_index([]) as index:
        for change in changes:
            index.follow([change], {})
            if change.id not in newest or change.version >= newest[change.id].version:
                newest[change.id] = change
        assert index.tallies_are_right()
        assert {found.id: found.version for found in index.all_rows()} == {
            identity: found.version for identity, found in newest.items()
        }
        for department in ("parks", "roads"):
            query = TicketQuery(EVERYTHING, departments=(department,), statuses=("NEW", "DONE"))
            assert index.tally(query) == index.count(query)
        for query in (TicketQuery(EVERYTHING, unrouted=True), TicketQuery(EVERYTHING, check_pending=True)):
            assert index.tally(query) == index.count(query)


# -- pages ---------------------------------------------------------------------------------------------------------

_due = st.lists(st.integers(1, 4), max_size=15)


def walk(index: TicketIndex, query: TicketQuery, key: str, backwards: bool) -> list[int]:
    """Leaf through all pages in one direction; return the identities in the order of the list."""
    seen: list[int] = []
    query = replace(query, backwards=backwards)
    while True:
        page = index.find(query)
        numbers = [found.id for found in page.rows]
        seen = [*numbers, *seen] if backwards else [*seen, *numbers]
        if not page.has_more:
            return seen
        edge = page.rows[0] if backwards else page.rows[-1]
        query = replace(query, cursor=(getattr(edge, key), edge.id))


@a_few
@given(_due, st.integers(1, 4), st.booleans())
def test_leafing_shows_every_open_ticket_once_the_most_urgent_first(
    dues: list[int], limit: int, backwards: bool
) -> None:
    rows = [row(place, due=due if due < 4 else NEVER) for place, due in enumerate(dues, 1)]
    expected = [found.id for found in sorted(rows, key=lambda found: (found.due, found.id))]
    with an_index(rows) as index:
        assert walk(index, TicketQuery(EVERYTHING, limit=limit), "due", backwards) == expected


@a_few
@given(_due, st.integers(1, 4), st.booleans())
def test_leafing_shows_every_finished_ticket_once_the_last_changed_first(
    changed: list[int], limit: int, backwards: bool
) -> None:
    rows = [row(place, is_open=0, updated=at) for place, at in enumerate(changed, 1)]
    expected = [found.id for found in sorted(rows, key=lambda found: (found.updated, found.id), reverse=True)]
    with an_index(rows) as index:
        query = TicketQuery(EVERYTHING, is_open=False, limit=limit)
        assert walk(index, query, "updated", backwards) == expected


@a_few
@given(st.lists(st.booleans(), max_size=15), st.integers(1, 4), st.booleans())
def test_leafing_shows_everything_found_once_the_newest_first(fits: list[bool], limit: int, backwards: bool) -> None:
    rows = [row(place, text="cop kokuyor" if fit else "agac") for place, fit in enumerate(fits, 1)]
    expected = [found.id for found in reversed(rows) if "cop" in found.text]
    with an_index(rows) as index:
        query = TicketQuery(EVERYTHING, is_open=None, words="ÇÖP", limit=limit)
        assert walk(index, query, "due", backwards) == expected


# -- search --------------------------------------------------------------------------------------------------------

TEXTS = {
    1: "Parktaki ağaçların dalları kırıldı, IŞIKLAR Caddesi",
    2: "372/15 Sokak'ta çöpler alınmıyor",
    3: "Şikâyetim var: kaldırımda çukur",
    4: "İncirtepe'nin suyu kesik",
    5: 'O\'Neil "tırnak" (parantez) AND OR NOT NEAR * ^ : - + 100%',
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ağaç", [1]), ("AGAC", [1]), ("isiklar", [1]), ("ışıklar", [1]), ("dal kır", [1]), ("dal çöp", []),
        ("çöp", [2]), ("372/15", [2]), ("372", [2]), ("sokak", [2]), ("Sokağı", [2]), ("sikayet", [3]),
        ("ŞİKÂYETİM", [3]), ("çukuru", []), ("incirtepe", [4]), ("İNCİRTEPE'de", [4]), ("suy", [4]),
        ("tırnak", [5]), ('"tırnak', [5]), ("parantez)", [5]), ("and", [5]), ("near", [5]), ("100%", [5]),
        ("k", [4, 3, 1]), ("", [5, 4, 3, 2, 1]), ("   ", []), ("*", []), ('"', []), ("'", []), ("-- ;", []),
        ("ağaç " * 50, [1]), ("x" * 3000, []),
    ],
)  # fmt: skip
def test_words_are_found_as_people_type_them(index: TicketIndex, typed: str, found: list[int]) -> None:
    index.follow([row(identity, text=fold(text)) for identity, text in TEXTS.items()], {})
    assert sorted(ids(index, TicketQuery(EVERYTHING, is_open=None, words=typed))) == sorted(found)


@a_few
@given(st.text())
def test_no_search_words_are_an_error(words: str) -> None:
    with an_index([row(1, text="cop")]) as index:
        assert len(index.find(TicketQuery(EVERYTHING, words=words)).rows) <= 1


def test_words_that_changed_are_not_found_any_more(index: TicketIndex) -> None:
    index.follow([row(1, text="agac")], {})
    index.follow([row(1, version=2, text="bank")], {})
    assert ids(index, TicketQuery(EVERYTHING, words="ağaç")) == []
    assert ids(index, TicketQuery(EVERYTHING, words="bank")) == [1]


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"statuses": ("NEW",)}, {1}), ({"statuses": ("NEW", "PLANNED")}, {1, 3}), ({"categories": ("tree",)}, {2}),
        ({"departments": ("roads",)}, {2}), ({"neighbourhoods": ("isikli",)}, {3}), ({"channels": ("desk",)}, {3}),
        ({"assignees": ("clerk",)}, {2}), ({"assignees": ("",)}, {1, 3}),
        ({"kinds": ("PRAISE",)}, set()), ({"unrouted": True}, {1}), ({"check_pending": True}, {3}),
        ({"due_before": 20}, {1}), ({"due_from": 20}, {2, 3}), ({"due_from": 10, "due_before": 30}, {1, 2}),
        ({"statuses": ("NEW",), "channels": ("desk",)}, set()), ({}, {1, 2, 3}),
    ],
)  # fmt: skip
def test_filters_narrow_a_list(index: TicketIndex, filters: dict[str, object], found: set[int]) -> None:
    index.follow(
        [
            row(1, status="NEW", department=None, due=10),
            row(2, category="tree", department="roads", assignee="clerk", due=20),
            row(3, status="PLANNED", neighbourhood="isikli", channel="desk", check_pending=1, due=NEVER),
        ],
        {},
    )
    query = replace(TicketQuery(EVERYTHING), **filters)
    assert set(ids(index, query)) == found
    assert index.count(query) == len(found)


def test_a_count_stops_where_nobody_reads_on(index: TicketIndex) -> None:
    index.follow([row(place) for place in range(1, 21)], {})
    assert index.count(TicketQuery(EVERYTHING), at_most=10) == 10
    assert index.tally(TicketQuery(EVERYTHING)) == 20


def test_a_printed_number_leads_to_its_ticket(index: TicketIndex) -> None:
    index.follow([row(7)], {})
    assert index.id_of("2026/00007") == 7
    assert index.id_of("2026/7") is None


# -- what others share ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_pages_of_what_is_handled_and_what_is_shared_are_one_list(
    index: TicketIndex, limit: int, backwards: bool
) -> None:
    rows = [
        row(place, department="parks" if place % 3 else "roads", shared="" if place % 2 else ",cleaning,parks,",
            due=2000 - place % 5)
        for place in range(1, 31)
    ]  # fmt: skip
    index.follow(rows, {})
    seen = visibility(Actor("p", "P", (Grant("clerk", "parks"),)))
    expected = sorted(found for found in rows if found.department == "parks" or found.shared)
    in_order = [found.id for found in sorted(expected, key=lambda found: (found.due, found.id))]
    assert walk(index, TicketQuery(seen, limit=limit), "due", backwards) == in_order
    assert index.count(TicketQuery(seen)) == index.tally(TicketQuery(seen)) == len(in_order)


def test_what_is_shared_costs_no_walk_through_the_citys_list(index: TicketIndex) -> None:
    seen = visibility(Actor("p", "P", (Grant("clerk", "parks"),)))
    plans = [
        index._ask(f"EXPLAIN QUERY PLAN SELECT id FROM tickets WHERE {' AND '.join(parts)} ORDER BY due", values)  # noqa: S608
        for parts, values in halves(TicketQuery(seen))
    ]
    assert "open_by_department" in str(plans[0])
    assert "open_shared" in str(plans[1])


# -- tags ----------------------------------------------------------------------------------------------------------


def test_tags_are_found_counted_and_forgotten(index: TicketIndex) -> None:
    rows = [
        row(1, tags="Fırtına,Su baskını"), row(2, tags="Fırtına", department="family", sensitive=1),
        row(3, tags="Park", is_open=0), row(4),
    ]  # fmt: skip
    index.follow(rows, {})
    everything = TicketQuery(EVERYTHING, is_open=None)
    assert sorted(ids(index, replace(everything, tags=("firtina",)))) == [1, 2]
    assert sorted(ids(index, replace(everything, tags=("firtina", "park")))) == [1, 2, 3]
    assert index.count_tags(everything) == {
        "firtina": ("Fırtına", 2), "su baskini": ("Su baskını", 1), "park": ("Park", 1),
    }  # fmt: skip
    parks = TicketQuery(Visibility(own=frozenset({"parks"})), is_open=True)
    assert index.count_tags(parks) == {"firtina": ("Fırtına", 1), "su baskini": ("Su baskını", 1)}
    index.follow([rows[0]._replace(version=2, tags="")], {})
    assert ids(index, replace(everything, tags=("su baskini",))) == []
