"""Names in templates: looked up by ``dict``, with the meaning they have in the library."""

from pathlib import Path
from typing import Any

import pytest

from halkla_iliskiler.web.templates import loader

_FRAME = '<b metal:define-macro="frame"><i metal:define-slot="inside"/>${name}</b>'


def drawn(folder: Path, text: str, **names: Any) -> str:
    (folder / "one.pt").write_text(text, encoding="utf-8")
    (folder / "frame.pt").write_text(_FRAME, encoding="utf-8")
    return " ".join(str(loader((str(folder),))["one.pt"].render(**names)).split())


def test_a_name_of_a_part_ends_with_it_and_a_name_of_the_page_does_not(tmp_path: Path) -> None:
    text = '<p><a tal:define="name 2; global all 3">${name}</a>${name}${all}</p>'
    assert drawn(tmp_path, text, name=1) == "<p><a>2</a>13</p>"


def test_a_frame_sees_the_names_of_the_page_and_keeps_its_own(tmp_path: Path) -> None:
    text = """<p tal:define="frame load: frame.pt"><u metal:use-macro="frame.macros['frame']"
        ><i metal:fill-slot="inside" tal:define="global all 3; name 4">${name}</i></u>${name}${all}</p>"""
    assert drawn(tmp_path, text, name=1) == "<p><b><i>4</i>1</b>13</p>"


def test_a_name_that_nobody_gave_is_an_error_that_says_which(tmp_path: Path) -> None:
    with pytest.raises(NameError, match="nobody"):
        drawn(tmp_path, "<p>${nobody}</p>")


def test_what_may_be_missing_is_asked_for(tmp_path: Path) -> None:
    assert drawn(tmp_path, "<p>${nobody | 'none'}</p>") == "<p>none</p>"
