"""The first-day tours say what the screen says: names of buttons, lists and pages, and the keys."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.i18n import translate
from halkla_iliskiler.web.labels import ACTIONS
from halkla_iliskiler.web.staff.shortcuts import ACTION_KEYS

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "tr"
TOURS = sorted(GUIDES.glob("ilk-gun-*.md"))
PAGES = [*TOURS, GUIDES / "yonetim.md"]
TURKISH = ROOT / "src" / "halkla_iliskiler" / "locales" / "tr" / "LC_MESSAGES" / "halkla_iliskiler.po"
ROW = re.compile(r"^\| `([a-z])` \| «([^»]+)» \|$", re.MULTILINE)


def names_in(text: str) -> set[str]:
    """Return what stands in « », which may be broken over two lines."""
    return {" ".join(name.split()) for name in re.findall(r"«([^»]+)»", text)}


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """What the catalogue lets the pages say in Turkish."""
    with open(TURKISH, "rb") as file:
        return {message.string for message in read_po(file, locale="tr") if isinstance(message.string, str)}


def test_there_is_a_tour_for_each_who_begins() -> None:
    assert [tour.stem.removeprefix("ilk-gun-") for tour in TOURS] == [
        "birim", "mudur", "sorumlu", "temsilci", "yonetici"
    ]  # fmt: skip
    index = (GUIDES / "README.md").read_text(encoding="utf-8")
    assert [tour.name for tour in TOURS if f"({tour.name})" not in index] == []


@pytest.mark.parametrize("tour", PAGES, ids=lambda path: path.stem)
def test_every_name_is_on_the_screen(tour: Path, shown: set[str]) -> None:
    names = names_in(tour.read_text(encoding="utf-8"))
    assert len(names) >= 5
    assert names - shown == set()


@pytest.mark.parametrize("tour", TOURS, ids=lambda path: path.stem)
def test_it_is_one_or_two_screens_and_has_its_parts(tour: Path) -> None:
    text = tour.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "İlk gördüğünüz", "Bugün yapacağınız beş iş", "Tuşlar", "Emin değilseniz"
    ]  # fmt: skip
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == ["1", "2", "3", "4", "5"]


def test_the_keys_are_those_of_the_page() -> None:
    keys = {translate(ACTIONS[action], "tr"): key for action, key in ACTION_KEYS.items()}
    said = [pair for tour in TOURS for pair in ROW.findall(tour.read_text(encoding="utf-8"))]
    assert {name for _key, name in said if name in keys} >= {translate(ACTIONS[Action.TAKE], "tr")}
    assert [(key, name) for key, name in said if keys.get(name, key) != key] == []


def test_keys_are_on_every_keyboard_and_free() -> None:
    letters = list(ACTION_KEYS.values())
    assert len(set(letters)) == len(letters)
    # ı and i change places between keyboards; the rest are the frame's own.
    assert set(letters).isdisjoint("iıjkung")
