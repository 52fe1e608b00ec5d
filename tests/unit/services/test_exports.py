"""Lists as files: orders that survive a restart, and a list of thousands, of which no row is missing."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from halkla_iliskiler.domain.access import SYSTEM, Grant
from halkla_iliskiler.domain.errors import NotFound
from halkla_iliskiler.index import Standing, TicketIndex, TicketQuery
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.exports import AT_ONCE, ListOrder, Words, order_of, plain_order
from halkla_iliskiler.services.lists import Filters, Listed, Queue, Urgency
from halkla_iliskiler.services.sheets import SheetFormat, harmless
from halkla_iliskiler.testing import actor, draft, open_site
from tests.unit.index.test_asking import EVERYTHING, row

MANY = 12_000


def order(kind: SheetFormat = SheetFormat.CSV, **filters: object) -> ListOrder:
    words = Words(
        ("Numara",) * 11, ("Ad", "Telefon", "E-posta"), "Diğer", "Konusuz", "Başvurular", {"COMPLAINT": "Şikâyet"}
    )
    listed = Listed(Queue.ALL, Filters(**filters))  # type: ignore[arg-type]
    return ListOrder(listed, kind, False, "Yıl sonu", "203.0.113.7", "http://x/", "Tümü", words)


def test_an_order_is_the_same_after_it_was_kept() -> None:
    asked = order(
        statuses=("NEW",), departments=("", "parks"), sensitive=False, filed_from=date(2026, 1, 5),
        urgency=Urgency.LATE, promise=(Standing.BROKEN,), is_open=True, tags=("kar",),
    )  # fmt: skip
    assert order_of(plain_order(asked)) == asked


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_a_formula_is_words(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.fixture
def large(site_directory: Path) -> Iterator[Assembly]:
    """A site whose index has many rows; what is not in the database has no words in a file."""
    opened = open_site(site_directory)
    opened.index.follow([row(place, created=place, due=place % 100) for place in range(1, MANY + 1)], {})
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", list(SheetFormat))
def test_of_thousands_none_is_missing(large: Assembly, kind: SheetFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halkla_iliskiler.services.exports.time.sleep", lambda _: None)
    assert MANY > 10_000 > AT_ONCE
    desk = large.services(actor("supervisor")).exports
    path, name = desk.begin(order(kind))
    assert path is None
    assert large.services(SYSTEM).exports.work() == 1
    assert desk.get(name).done == MANY
    with desk.path(name).open("rb") as file:
        if kind is SheetFormat.XLSX:
            (sheet,) = load_workbook(file, read_only=True).worksheets
            found = [str(line[0]) for line in sheet.iter_rows(values_only=True)]
        else:
            lines = file.read().decode("utf-8-sig").splitlines()
            found = [line[0] for line in csv.reader(lines, delimiter=";")]
    assert found[1:] == [f"2026/{place:05d}" for place in range(MANY, 0, -1)]


def test_a_whole_list_comes_in_the_order_of_its_pages(tmp_path: Path) -> None:
    index = TicketIndex(tmp_path / "index.sqlite")
    index.create("database", 1)
    index.follow(
        [row(place, due=place % 3, department=["parks", "roads"][place % 2], text="cop",
             shared=",parks," if place % 4 == 1 else "") for place in range(1, 40)], {},
    )  # fmt: skip
    seen = EVERYTHING.__class__(own=frozenset({"parks"}), shared=frozenset({"parks"}))
    for query in (
        TicketQuery(seen, limit=100),
        TicketQuery(EVERYTHING, is_open=None, by_age=True, limit=100),
        TicketQuery(EVERYTHING, is_open=None, words="çöp", limit=100),
    ):
        assert [one.id for one in index.each(query)] == [one.id for one in index.find(query).rows]
        # Whoever stops in the middle holds nothing up.
        next(index.each(query))
    index.follow([row(1, version=2)], {})
    index.close()


AGENT, DIRECTOR = Grant("agent"), Grant("director", "parks")


@pytest.mark.parametrize(
    ("has_people", "grants", "is_theirs"),
    [
        (True, (DIRECTOR,), True),
        (True, (AGENT,), False),
        (True, (), False),
        (True, (Grant("director", "roads"),), False),
        (True, (DIRECTOR, AGENT), False),
        (False, (Grant("director", "roads"),), False),
    ],
)
def test_a_file_is_its_owners_while_they_have_the_rights_it_was_made_with(
    assembly: Assembly,
    monkeypatch: pytest.MonkeyPatch,
    has_people: bool,
    grants: tuple[Grant, ...],
    is_theirs: bool,
) -> None:
    monkeypatch.setattr("halkla_iliskiler.services.exports.AT_ONCE", 0)
    director = actor("director")
    assembly.services(actor("supervisor")).intake.file(draft())
    _, name = assembly.services(director).exports.begin(replace(order(), has_people=has_people))
    assert assembly.services(SYSTEM).exports.work() == 1
    desk = assembly.services(replace(director, grants=grants)).exports
    assert [one.name for one in desk.mine()] == [name] * is_theirs
    if is_theirs:
        assert desk.path(name).exists()
    else:
        with pytest.raises(NotFound):
            desk.path(name)
