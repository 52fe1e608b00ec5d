"""Both catalogues say everything that code and templates ask for, and what is compiled is what is written."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import colander
import deform
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from translationstring import TranslationString

from halkla_iliskiler.i18n import EASY, LANGUAGES, LOCALES, STAFF_LANGUAGES, translate
from halkla_iliskiler.web import labels
from halkla_iliskiler.web.labels import STATUSES

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "halkla_iliskiler"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/src/*/__init__.py"))
# A plugin without catalogues of its own speaks with the core's.
OWN = {CORE: [CORE, *(package for package in PLUGINS if not (package / "locales").is_dir())]}
OWN |= {package: [package] for package in PLUGINS if (package / "locales").is_dir()}
LIBRARIES = {"colander": colander, "deform": deform}
CATALOGUES = sorted(path for package in OWN for path in (package / "locales").glob("*/LC_MESSAGES/*.po"))
# These look a message up that is in a variable; all others have to write it where the extractor can read it.
LOOK_UP = ("src/halkla_iliskiler/i18n.py", "src/halkla_iliskiler/web/templates.py")
# Words that are the same in Turkish.
SAME = {"CİMER", "Yo ${subitem_title}", "${size} MB", "${size} kB"}


@dataclass(frozen=True)
class Extracted:
    """What lingua found in a package, and what it could not read."""

    messages: Catalog
    complaints: str


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def msgids(catalogue: Catalog) -> set[str]:
    return {message.id for message in messages(catalogue)}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Extracted]:
    found = {}
    for package, sources in OWN.items():
        template = tmp_path_factory.mktemp("pot") / f"{package.name}.pot"
        run = subprocess.run(
            [sys.executable, "-c", "from lingua.extract import main; main()", "--domain", package.name,
             "--output", str(template), *(name(source) for source in sources)],
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        found[package] = Extracted(read(template), run.stderr)
    return found


def test_templates_are_read_too(extracted: dict[Path, Extracted]) -> None:
    # Without Chameleon beside it, lingua passes them over and says nothing.
    places = {Path(place).suffix for message in extracted[CORE].messages for place, _line in message.locations}

    assert places == {".py", ".pt"}


def test_nothing_is_hidden_from_extraction(extracted: dict[Path, Extracted]) -> None:
    complaints = "".join(found.complaints for found in extracted.values()).splitlines()

    assert [line for line in complaints if not any(path in line for path in LOOK_UP)] == []


@pytest.mark.parametrize("package", OWN, ids=lambda package: package.name)
@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_the_catalogue_is_complete(extracted: dict[Path, Extracted], package: Path, language: str) -> None:
    written = read(package / "locales" / language / "LC_MESSAGES" / f"{package.name}.po")
    wanted = msgids(extracted[package].messages)

    assert sorted(wanted - msgids(written)) == [], "`make locales` adds them"
    assert sorted(msgids(written) - wanted) == [], "`make locales` takes them out"
    assert list(written.obsolete) == []
    assert [message.id for message in messages(written) if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_speak_turkish(library: str) -> None:
    template = Path(LIBRARIES[library].__file__).parent / "locale" / f"{library}.pot"
    written = read(LOCALES / "tr" / "LC_MESSAGES" / f"{library}.po")

    assert len(msgids(read(template))) > 20
    assert sorted(msgids(read(template)) - msgids(written)) == [], "`make locales` adds them"
    assert [message.id for message in messages(written) if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    assert {m.id: m.string for m in messages(compiled)} == {m.id: m.string for m in messages(read(path))}


def test_nothing_is_compiled_that_is_not_written() -> None:
    compiled = {path.with_suffix(".po") for package in OWN for path in (package / "locales").rglob("*.mo")}

    assert compiled == set(CATALOGUES)


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_names_to_be_filled_in_agree(path: Path) -> None:
    different = [
        message.id
        for message in messages(read(path))
        if sorted(set(_names(message.id))) != sorted(set(_names(message.string)))
    ]

    assert different == []


def _names(text: str) -> list[str]:
    return re.findall(r"\$\{.*?\}", text)


@pytest.mark.parametrize("path", [path for path in CATALOGUES if "/tr/" in str(path)], ids=name)
def test_no_english_is_left_in_turkish(path: Path) -> None:
    assert [message.id for message in messages(read(path)) if message.id == message.string not in SAME] == []


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_names_of_states_fit_their_column(language: str) -> None:
    said = [translate(label, language) for label in STATUSES.values()]

    assert [label for label in said if len(label) > 20] == []
    assert len(set(said)) == len(said)


# -- what only citizens read ------------------------------------------------------------------------------------------

CITIZEN_LANGUAGES = sorted(set(LANGUAGES) - set(STAFF_LANGUAGES))
# Where a message stands when a citizen reads it, and the parts of the labels that are the staff's.
# Of plugins all but what the administration reads: their settings, and what they say of themselves.
CITIZEN_SIDE = re.compile(
    r"web/(templates/(?!staff/|deform/grants)|citizen/|timewords\.py|page\.py|forms\.py|errors\.py)"
    r"|services/(telling|following|proofs)\.py|/builtin/(?!channel_fields)|plugins/(?!.*/(settings|plugin)\.py)"
)
STAFF_LABELS = {
    "ACTIONS", "ACTION_DONE", "BREAK_CAUSES", "CHANNEL_LAWS", "CLOCKS", "CONTACT_LOGGED", "CONTACT_OUTCOMES",
    "DELIVERY_STATES", "EVENTS", "EXPORTED", "HISTORY", "PROBLEMS", "PURPOSES", "QUEUES", "READS", "REGIMES", "ROLES",
    "SEARCHED_BY", "SENSITIVE_TOO", "STAFF_PROBLEMS", "STATUSES", "SUSPICIONS", "TOLD", "UNDO_REFUSED",
    "WAITS_FOR_CHECK",
}  # fmt: skip


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, TranslationString):
        yield str(value)
    elif isinstance(value, dict):
        yield from strings_in(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from strings_in(one)


@pytest.fixture(scope="module")
def read_by_citizens(extracted: dict[Path, Extracted]) -> set[str]:
    placed = {
        message.id
        for message in messages(extracted[CORE].messages)
        if any(CITIZEN_SIDE.search(place) for place, _line in message.locations)
    }
    problems = set(labels.PROBLEMS.values()) - set(labels.STAFF_PROBLEMS.values())
    return (
        placed
        | problems
        | {said for key in labels.__all__ if key not in STAFF_LABELS for said in strings_in(vars(labels)[key])}
    )


@pytest.mark.parametrize("language", CITIZEN_LANGUAGES)
def test_a_citizen_reads_every_page_in_their_language(read_by_citizens: set[str], language: str) -> None:
    written = read(LOCALES / language / "LC_MESSAGES" / "halkla_iliskiler.po")

    assert len(read_by_citizens) > 200
    assert sorted(read_by_citizens - msgids(written)) == []
    assert [message.id for message in messages(written) if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("language", [*CITIZEN_LANGUAGES, *EASY.values()])
def test_nothing_is_translated_that_nobody_says(extracted: dict[Path, Extracted], language: str) -> None:
    written = read(LOCALES / language / "LC_MESSAGES" / "halkla_iliskiler.po")

    assert sorted(msgids(written) - msgids(extracted[CORE].messages)) == []
    assert list(written.obsolete) == []


def test_arabic_and_russian_are_written_in_their_letters() -> None:
    letters = {"ar": "[\u0600-\u06ff]", "ru": "[\u0400-\u04ff]"}
    for language in CITIZEN_LANGUAGES:
        written = read(LOCALES / language / "LC_MESSAGES" / "halkla_iliskiler.po")
        bare = [message.id for message in messages(written) if _has_words(message.id) and message.id not in SAME]
        assert [said for said in bare if not re.search(letters[language], translate(said, language))] == []


def test_numbers_stay_as_they_are_written_here() -> None:
    written = read(LOCALES / "ar" / "LC_MESSAGES" / "halkla_iliskiler.po")

    assert [
        message.id for message in messages(written) if re.search("[\u0660-\u0669\u06f0-\u06f9]", message.string)
    ] == []


def test_what_a_catalogue_does_not_say_falls_back() -> None:
    assert translate("Unrouted", "ar") == "Unrouted", "English below Arabic: only staff read it"
    assert translate("Unrouted", "tr_easy") == translate("Unrouted", "tr") != "Unrouted"
    assert translate("Nobody has ever said this.", "ru") == "Nobody has ever said this."


def test_easy_sentences_are_short() -> None:
    written = read(LOCALES / "tr_easy" / "LC_MESSAGES" / "halkla_iliskiler.po")
    long = [
        sentence
        for message in messages(written)
        for sentence in re.split(r"(?<=[.!?]) ", message.string)
        if len(sentence.split()) > 10
    ]

    assert len(messages(written)) > 50
    assert long == []


def test_a_library_message_reaches_a_person_in_turkish() -> None:
    node = colander.SchemaNode(colander.String(), validator=colander.Length(max=3))

    with pytest.raises(colander.Invalid) as refused:
        node.deserialize("dört")

    assert translate(refused.value.msg, "tr") == "Çok uzun; en çok 3 karakter olabilir"


TEMPLATES = sorted(path for package in OWN for path in package.rglob("*.pt"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_of_a_template_is_marked(path: Path) -> None:
    reader = _Unmarked()
    reader.feed(re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL))

    assert reader.found == []


class _Unmarked(HTMLParser):
    """Finds the words of a template that no ``i18n:`` attribute hands to the catalogue."""

    SPOKEN = ("alt", "aria-label", "aria-description", "label", "placeholder", "title")
    VOID = ("br", "col", "hr", "img", "input", "link", "meta")
    # Keys and technical names, the same in every language.
    UNSPOKEN = ("kbd",)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        marked = {part.split()[0] for part in given.get("i18n:attributes", "").split(";") if part.strip()}
        self.found += [given[key] for key in self.SPOKEN if key not in marked and _has_words(given.get(key, ""))]
        if tag not in self.VOID:
            is_marked = "i18n:translate" in given or tag in self.UNSPOKEN
            self._open.append(is_marked or bool(self._open and self._open[-1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1]) and _has_words(data):
            self.found.append(data.strip())


def _has_words(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", re.sub(r"\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", text)))


def test_every_sentence_of_the_code_is_marked() -> None:
    found = [
        f"{name(path)}: {words}"
        for sources in OWN.values()
        for package in sources
        for path in package.rglob("*.py")
        for words in _unmarked(path)
    ]

    assert found == []


def _unmarked(path: Path) -> Iterator[str]:
    """Yield what is said to people without ``_()`` around it, or put together inside it."""
    places = {"say": 0, "flash": 1, "_": 0}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        said = node.args[places[called]] if called in places and len(node.args) > places[called] else None
        if isinstance(said, ast.JoinedStr) or (isinstance(said, ast.Constant) and called != "_"):
            yield ast.unparse(said)
