"""The core is every city's: it names no municipality and prints no municipality's telephone."""

import re
from pathlib import Path

import pytest

from halkla_iliskiler.domain.text import fold

ROOT = Path(__file__).parents[2]
READABLE = {".py", ".pt", ".css", ".js", ".svg", ".po", ".pot", ".csv", ".toml", ".txt", ".json", ".html", ".md"}

# Municipalities, with the names of their contact services, that nobody writes by accident.
NAMES = (
    "bornova", "muratpaşa", "turunç masa", "turunç", "karşıyaka", "bayraklı", "çankaya", "kadıköy", "nilüfer",
    "keçiören", "esenyurt", "osmangazi", "konyaaltı", "beyaz masa", "hemşehri iletişim",
)  # fmt: skip
NAMED = re.compile("|".join(rf"\b{re.escape(fold(name))}" for name in NAMES))

# A plugin is called by its name where it is switched on; that is the plugin's, not the city's.
PLUGIN = re.compile(r"""halkla_\w+|plugins\W+.*|(?P<quote>["'])(?:[a-z]+ )*bornova(?P=quote)""")

# 444 numbers, the municipalities' short number, and numbers with an area code. 112 is everybody's.
TELEPHONES = re.compile(
    r"\b444[ -]?\d[ -]?\d{3}\b|tel:(?:\+90)?0?153\b|\balo\s*153\b"
    r"|(?<![\d.])0?\(?[2-4]\d{2}\)? \d{3}[ -]?\d{2}[ -]?\d{2}\b"
)


def files_of_the_core() -> list[Path]:
    # Tests of the whole house start it with a city's plugin; the core and its own tests know none.
    folders = [ROOT / "src", ROOT / "tests/unit", ROOT / "tests/functional", ROOT / "etc"]
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in READABLE and path != Path(__file__) and "egg-info" not in str(path)
    )


def naming(path: Path, pattern: re.Pattern[str], *, is_folded: bool) -> list[str]:
    found = []
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = PLUGIN.sub("", line)
        if match := pattern.search(fold(text) if is_folded else text):
            found.append(f"{path.relative_to(ROOT)}:{place}: {match[0]!r} in {line.strip()[:100]}")
    return found


def test_there_is_a_core_to_read() -> None:
    suffixes = {path.suffix for path in files_of_the_core()}
    assert {".py", ".pt", ".css", ".js"} <= suffixes


def test_the_core_names_no_municipality() -> None:
    found = [line for path in files_of_the_core() for line in naming(path, NAMED, is_folded=True)]
    assert not found, "\n".join(found)


def test_no_file_of_the_core_is_called_after_a_municipality() -> None:
    assert [path for path in files_of_the_core() if NAMED.search(fold(path.stem.replace("_", " ")))] == []


def test_the_program_prints_no_telephone_of_a_municipality() -> None:
    # Tests of reading numbers need numbers to read.
    files = [path for path in files_of_the_core() if path.suffix != ".css" and "tests" not in path.parts]
    found = [line for path in files for line in naming(path, TELEPHONES, is_folded=False)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text", ["BORNOVA'NIN", "Muratpaşa Belediyesi", "Turunç Masa", "Bayraklı'da", "yeni Karşıyaka formu"]
)
def test_the_names_are_found_in_any_spelling(text: str) -> None:
    assert NAMED.search(fold(text))


@pytest.mark.parametrize("text", ["444 1 234", "0232 123 45 67", "tel:153", "(0242) 123 45 67"])
def test_telephones_are_found(text: str) -> None:
    assert TELEPHONES.search(text.lower())
