"""What needs one person, what has changed since a page was made, and people found by their names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import Visibility
from halkla_iliskiler.index import Personal, TicketIndex, TicketQuery

from .test_asking import EVERYTHING, a_few, an_index, ids, row, walk


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TicketIndex]:
    made = TicketIndex(tmp_path / "index.sqlite", b"key")
    made.create("database", 1)
    yield made
    made.close()


MINE = TicketQuery(EVERYTHING, is_open=None, personal=Personal("ayse", ("parks",)))

_row = st.builds(
    row,
    st.integers(1, 12),
    version=st.integers(1, 3),
    assignee=st.sampled_from([None, "ayse", "veli"]),
    opinion_from=st.sampled_from([None, "parks", "roads"]),
    returned_to=st.sampled_from([None, "ayse", "veli"]),
    mentioned=st.sampled_from(["", ",ayse,", ",veli,ayse,", ",veli,"]),
    is_open=st.integers(0, 1),
    due=st.integers(1, 4),
)


@a_few
@given(st.lists(_row, max_size=25))
def test_what_needs_a_person_is_each_ticket_once_by_the_clock_that_breaks_first(changes: list) -> None:
    newest = {}
    with an_index([]) as index:
        for change in changes:
            index.follow([change], {})
            if change.id not in newest or change.version >= newest[change.id].version:
                newest[change.id] = change
        wanted = sorted(
            (one.due, one.id)
            for one in newest.values()
            if ",ayse," in one.mentioned
            or (one.is_open and (one.assignee == "ayse" or one.opinion_from == "parks" or one.returned_to == "ayse"))
        )
        assert walk(index, replace(MINE, limit=2), "due", backwards=False) == [identity for _, identity in wanted]
        assert walk(index, replace(MINE, limit=2), "due", backwards=True) == [identity for _, identity in wanted]
        assert index.count(MINE) == len(wanted)


def test_what_is_planned_comes_by_its_day(index: TicketIndex) -> None:
    index.follow([row(1, planned=700, due=5), row(2, planned=600, due=9), row(3, planned=800), row(4)], {})
    query = TicketQuery(EVERYTHING, planned_until=700)
    assert ids(index, query) == [2, 1]
    assert ids(index, replace(query, cursor=(600, 2))) == [1]
    assert index.count(query) == 2


def test_a_page_is_told_what_has_changed_since_it_was_made(index: TicketIndex) -> None:
    index.follow([row(1)], {})
    seen = index.generation
    assert index.changed_since(seen) == set()
    index.follow([row(2), row(1, version=2)], {})
    assert index.changed_since(seen) == {1, 2}
    assert index.changed_since(index.generation) == set()


def test_a_page_too_old_to_be_told_is_told_so(index: TicketIndex) -> None:
    index.follow([row(1)], {})
    seen = index.generation
    for version in range(2, 4):
        index.follow([row(identity, version=version) for identity in range(1, 2600)], {})
    assert index.changed_since(seen) is None
    assert index.changed_since(index.generation + 5) is None, "of another life of the process"


def test_people_are_found_by_whole_words_of_their_names_and_the_file_holds_none(index: TicketIndex) -> None:
    index.follow([row(1, person="zeynep karahan"), row(2, person="zeynep demir"), row(3, version=1)], {})

    def found(*names: str, **more: object) -> list[int]:
        return ids(index, TicketQuery(EVERYTHING, is_open=None, names=tuple(map(index.mark, names)), **more))

    assert found("zeynep") == [2, 1]
    assert found("zeynep", "karahan") == [1]
    assert found("karaha") == []
    index.follow([row(1, version=2, person="zeynep su"), row(3, version=2, person="zeynep su", hidden=1)], {})
    assert found("karahan") == []
    assert found("su") == [3, 1]
    assert found("su", identity_known=Visibility()) == [1]
    kept = b"".join(path.read_bytes() for path in index.path.parent.iterdir())
    assert b"zeynep" not in kept


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("rogar kapagi kirik", "kapak"),
        ("kapak kirik", "kapağı"),
        ("agac dallari", "ağacı"),
        ("agaci kesin", "ağaç"),
        ("renk rengi soluk", "renk"),
        ("kitap", "kitabı"),
        ("kanadi kirik", "kanat"),
    ],
)
def test_softened_consonants_are_found_both_ways(index: TicketIndex, text: str, typed: str) -> None:
    index.follow([row(1, text=text), row(2, text="lamba park")], {})
    assert ids(index, TicketQuery(EVERYTHING, words=typed)) == [1]
