"""The names of sheets: Excel reads thirty-one signs, and no two alike."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from halkla_iliskiler.services.sheets import SheetFormat, open_sheet


def names(path: Path, *titles: str) -> list[str]:
    """Write a file with a sheet of each title; return the names that stand in it."""
    sheet = open_sheet(path, SheetFormat.XLSX, titles[0])
    for title in titles:
        sheet.part(title)
        sheet.row([title])
    sheet.close()
    found: list[str] = load_workbook(path).sheetnames
    return found


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Müdürlüklere göre", "Müdürlüklere göre"),
        ("Söz tutulmadığında başvuru neredeydi", "Söz tutulmadığında başvuru…"),
        ("Otuz bir imlik bir ad olsun işte", "Otuz bir imlik bir ad olsun…"),
        ("a" * 31, "a" * 31),
        ("a" * 32, "a" * 30 + "…"),
        ("Park / bahçe [yeni]?", "Park bahçe yeni"),
        ("***", "1"),
    ],
)
def test_a_long_title_is_cut_behind_a_word(tmp_path: Path, title: str, name: str) -> None:
    assert names(tmp_path / "a.xlsx", title) == [name]


def test_two_titles_that_are_cut_to_the_same_are_two_sheets(tmp_path: Path) -> None:
    made = names(tmp_path / "a.xlsx", "Bir müdürlüğün uzun adı buraya sığmaz", "Bir müdürlüğün uzun adı buraya giremez")
    assert made == ["Bir müdürlüğün uzun adı buraya…", "Bir müdürlüğün uzun adı… 2"]
    assert all(len(name) <= 31 for name in made)
