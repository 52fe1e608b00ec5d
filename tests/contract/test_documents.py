"""What the documents say is so: commands, settings, links, refusals, hooks and names are those of the code."""

import ast
import re
import shlex
import struct
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from halkla_iliskiler import settings
from halkla_iliskiler.cli import main as halkla
from halkla_iliskiler.extension import build_plugins
from halkla_iliskiler.hookspecs import FAMILIES
from halkla_iliskiler.services.plugin_settings import is_secret

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
OPERATIONS = DOCS / "operations.md"
DOCUMENTS = sorted(
    [README, ROOT / "CHANGES.md", *DOCS.rglob("*.md"), *ROOT.glob("plugins/*/README.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
CODE = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_in(text: str) -> Iterator[str]:
    """Yield the lines of fenced and indented blocks, and what stands in single backquotes."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()
    prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for line in prose.splitlines():
        if line.startswith("    "):
            yield line.strip()
    yield from re.findall(r"`([^`\n]+)`", prose)


# -- commands -------------------------------------------------------------------------------------------------------


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", read(ROOT / "Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_make_command_exists(document: Path) -> None:
    commands = {found for line in code_in(read(document)) for found in re.findall(r"\bmake ([a-z-]+)", line)}
    assert commands <= targets()


def test_readme_names_the_two_commands_and_ci_runs_the_second() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", read(README), re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    assert [line for line in lines if line.startswith("make ")] == ["make serve", "make test"]
    commands = [line for line in read(ROOT / ".ci" / "run").splitlines() if not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]


def halkla_lines(text: str) -> Iterator[list[str]]:
    """Yield the words behind ``halkla`` wherever a document runs it."""
    for line in code_in(text):
        for said in re.split(r"&&|\|", line.partition(" #")[0]):
            words = said.split()
            places = [place for place, word in enumerate(words) if re.fullmatch(r"(\S*/)?halkla", word)]
            if places and not words[0].startswith(("adduser", "install", "chown")):
                yield shlex.split(" ".join(words[places[-1] + 1 :]))


def strange(words: list[str]) -> str:
    """Return what the command line would not understand, or an empty string."""
    command: click.Command = halkla
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            options = {name: option for option in command.params for name in (*option.opts, *option.secondary_opts)}
            options |= {"-h": click.Option(["-h"], is_flag=True), "--help": click.Option(["--help"], is_flag=True)}
            if word not in options:
                return f"{command.name} {word}"
            found = options[word]
            skip = isinstance(found, click.Option) and not found.is_flag
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return f"{command.name} {word}"
            command = command.commands[word]
    return ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_halkla_command_exists(document: Path) -> None:
    assert [found for words in halkla_lines(read(document)) if (found := strange(words))] == []


def test_every_halkla_command_is_explained() -> None:
    said = {words[0] if words[0] != "-c" else words[2] for words in halkla_lines(read(OPERATIONS)) if words}
    said |= {words[0] for words in halkla_lines(read(DOCS / "architecture.md")) if words}
    assert isinstance(halkla, click.Group)
    assert set(halkla.commands) <= said


def test_a_wrong_command_would_be_found() -> None:
    text = "Run `halkla reindexx`, or:\n\n```sh\nhalkla -c x.ini user add me --nmae Me\n```\n"
    assert [strange(words) for words in halkla_lines(text)] == ["add --nmae", "main reindexx"]


# -- settings -------------------------------------------------------------------------------------------------------

ELSEWHERE = {"mount"}
"""Read by ``includeme`` before the others."""


def core_settings(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w./-])halkla\.([a-z_]+)(?![\w./(])", text))


def plugin_settings(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w./-])halkla_email\.([a-z_]+)(?![\w./(])", text))


def known_plugin_settings() -> set[str]:
    found: set[str] = set()
    for path in ROOT.glob("plugins/halkla_email/src/**/*.py"):
        found |= set(re.findall(r"settings(?:\.get\(|\[)\"(\w+)\"", read(path)))
    return found


CONFIGURING = [*DOCUMENTS, ROOT / "development.ini", *(path for path in ROOT.glob("etc/**/*") if path.is_file())]


@pytest.mark.parametrize("path", CONFIGURING, ids=named)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    assert core_settings(read(path)) <= set(settings._READERS) | ELSEWHERE
    assert plugin_settings(read(path)) <= known_plugin_settings() | {"plugin", "method", "relay"}  # and its modules


def test_every_setting_is_explained() -> None:
    rows = set(re.findall(r"^\| `halkla\.(\w+)` \|", read(OPERATIONS), re.MULTILINE))
    assert rows == set(settings._READERS) | ELSEWHERE
    assert plugin_settings(read(OPERATIONS)) == known_plugin_settings()
    readme = read(ROOT / "plugins" / "halkla_email" / "README.md")
    rows = {name for row in re.findall(r"^\| (`.*?`) \|", readme, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert rows == known_plugin_settings()


def test_the_defaults_that_are_explained_are_the_ones_in_force() -> None:
    rows = re.findall(r"^\| `halkla\.(\w+)` \|.*\| `([^`]*)` \|$", read(OPERATIONS), re.MULTILINE)
    given = settings.read_options({"halkla.data": "/nowhere"})
    for name, said in rows:
        if name not in ELSEWHERE:
            value = getattr(given, name)
            assert said == (str(value).lower() if isinstance(value, bool) else str(value)), name
    assert len(rows) > 8


def environment(text: str) -> set[str]:
    return set(re.findall(r"\bHALKLA_[A-Z_]+\b", text))


def secrets_of_plugins() -> set[str]:
    """Return the variables from which the secrets of the shipped plugins may come: made of package and setting."""
    names = [point.name for point in entry_points(group="halkla_iliskiler")]
    plugins = build_plugins(names, {})
    return {
        f"{plugins.module_of(name).__name__.partition('.')[0]}_{node.name}".upper()
        for name in names
        for node in getattr(plugins.schema(name), "children", ())
        if is_secret(node)
    }


def test_the_environment_is_explained() -> None:
    used = environment("".join(read(path) for path in CODE)) | secrets_of_plugins()
    assert environment(read(OPERATIONS)) == used
    used |= environment("".join(read(path) for path in [ROOT / "Makefile", *ROOT.glob("tests/**/*.py")]))
    for path in CONFIGURING:
        assert environment(read(path)) <= used, path


# -- refusals -------------------------------------------------------------------------------------------------------

REFUSALS = {"StorageRefused", "PluginRefused", "SettingRefused", "IndexUnusable"}


def refusals() -> set[str]:
    """Return every sentence the program refuses with; what it fills in is an ellipsis."""
    found = set()
    for path in ROOT.glob("src/**/*.py"):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
                found.add(sentence(node.args[0]))
    return found


def sentence(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
    assert isinstance(node, ast.Constant)
    return str(node.value)


def explained() -> set[str]:
    _, _, chapter = read(OPERATIONS).partition("\n## When it refuses\n")
    chapter, _, _ = chapter.partition("\n## ")
    return set(re.findall(r"^\| (?!it says|---)(.+?) \|", chapter, re.MULTILINE))


def is_about(row: str, said: str) -> bool:
    return re.match(re.escape(row).replace("…", ".+?"), said) is not None


def test_every_refusal_is_explained_and_every_explained_one_exists() -> None:
    said, rows = refusals(), explained()
    assert len(said) > 20
    assert {one for one in said if not any(is_about(row, one) for row in rows)} == set()
    assert {row for row in rows if not any(is_about(row, one) for one in said)} == set()


# -- links and pictures ---------------------------------------------------------------------------------------------


def anchors(document: Path) -> set[str]:
    prose = re.sub(r"^```.*?^```", "", read(document), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}  # English headings


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", read(document), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(\s*([^)\s]+)\s*\)", prose):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert ROOT in target.parents, link
        assert not anchor or anchor in anchors(target), link


def test_every_document_can_be_reached_from_the_readme() -> None:
    seen, ahead = set(), [README]
    while ahead:
        document = ahead.pop()
        seen.add(document)
        for link in re.findall(r"\]\(\s*([^)\s#]+)[^)]*\)", read(document)):
            target = (document.parent / link).resolve()
            if target.suffix == ".md" and target.exists() and target not in seen:
                ahead.append(target)
    assert set(DOCUMENTS) <= seen


def test_pictures_are_small_and_used() -> None:
    pictures = {path for path in (DOCS / "images").iterdir() if not path.name.startswith(".")}
    used = {name for document in DOCUMENTS for name in re.findall(r"images/([\w.-]+)", read(document))}
    assert {path.name for path in pictures} == used
    for path in pictures:
        assert path.stat().st_size < 150_000, path.name
        if path.suffix == ".png":
            assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
            width, height = struct.unpack(">II", path.read_bytes()[16:24])
            assert max(width, height) <= 2000
        else:
            assert path.suffix == ".svg"
            assert "<script" not in read(path)


def test_every_picture_says_what_it_shows() -> None:
    for document in DOCUMENTS:
        for words in re.findall(r"!\[(.*?)\]\(", read(document), re.DOTALL):
            assert len(words.split()) > 2, named(document)
        for tag in re.findall(r"<img[^>]*>", read(document)):
            assert re.search(r'alt="[^"]{10,}"', tag), tag


# -- decisions ------------------------------------------------------------------------------------------------------


def test_decisions_are_numbered_without_gaps_and_without_doubles() -> None:
    assert [path.name[:3] for path in ADRS] == [f"{place:03}" for place in range(1, len(ADRS) + 1)]
    assert len(ADRS) >= 12


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_has_its_form_and_one_page(path: Path) -> None:
    text = read(path)
    title, _, rest = text.partition("\n")
    assert re.fullmatch(rf"# {path.name[:3]}\. .+", title)
    assert re.match(r"\n\d{4}-\d{2}-\d{2} · (accepted|replaced by \[\d{3}\]\(.+\))\n", rest)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[:3] == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60
    assert f"]({path.name})" in read(DOCS / "adr" / "README.md")


# -- names ----------------------------------------------------------------------------------------------------------


def glossary(part: str) -> set[str]:
    """Return the identifiers in the middle column of the glossary's table *part*."""
    _, _, chapter = read(DOCS / "glossary.md").partition(f"\n## {part}\n")
    chapter, _, _ = chapter.partition("\n## ")
    rows = [line.split(" | ") for line in chapter.splitlines() if line.startswith("|")][2:]
    return {name for row in rows for name in re.findall(r"`(\w+)(?:\(\))?`", row[1])}


def test_the_glossary_names_what_the_code_has() -> None:
    words = set(re.findall(r"\w+", "".join(read(path) for path in CODE)))
    assert len(glossary("In use")) > 40
    assert glossary("In use") - words == set()


def test_reserved_terms_are_not_in_use_twice() -> None:
    assert glossary("Reserved")
    assert not glossary("Reserved") & glossary("In use")


def test_what_is_written_for_authors_of_plugins_names_only_hooks_there_are() -> None:
    hooks = {name for family in FAMILIES for name in vars(family) if name.startswith("halkla_")}
    guide, page = read(DOCS / "writing-a-plugin.md"), read(DOCS / "hooks.md")
    assert set(re.findall(r"^### (halkla_\w+)$", page, re.MULTILINE)) == hooks
    spoken = set(re.findall(r"\bhalkla_[a-z]+(?:_[a-z]+)*\b", guide + read(DOCS / "plugin-checklist.md")))
    packages = {path.name for path in ROOT.glob("plugins/*")} | {"halkla_iliskiler", "halkla_kiosk"}
    assert spoken - hooks - packages == set()


def test_the_guide_for_plugins_imports_only_what_is_promised() -> None:
    from halkla_iliskiler import api, testing

    guide = read(DOCS / "writing-a-plugin.md")
    found = re.findall(r"from (halkla_iliskiler\S*) import \(?([\w\s,]+)", guide)
    assert found
    for module, names in found:
        promised = {"halkla_iliskiler.api": api, "halkla_iliskiler.testing": testing}[module]
        for name in re.split(r"[\s,]+", names.partition("\n\n")[0].strip(" ,\n")):
            assert name in promised.__all__, name


def test_every_name_of_the_api_is_explained() -> None:
    from halkla_iliskiler import api

    page = read(DOCS / "hooks.md")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", page.partition("## Everything in")[2], re.MULTILINE))
    assert rows.keys() == set(api.__all__)
    assert [name for name, about in rows.items() if len(about) < 10] == []


def test_the_guide_names_only_files_that_are_there() -> None:
    for path in set(re.findall(r"`(plugins/[\w/.]+)`", read(DOCS / "writing-a-plugin.md"))):
        assert (ROOT / path).exists(), path


def test_the_tour_names_only_what_is_there() -> None:
    tour = read(DOCS / "architecture.md")
    paths = re.findall(r"`((?:src|plugins|tests|etc|docs|\.ci)/[\w/.-]*)`", tour)
    assert len(paths) > 15
    for path in paths:
        assert (ROOT / path).exists(), path
    packages = {path.parent.name for path in ROOT.glob("src/halkla_iliskiler/*/__init__.py")}
    assert {name for name in packages if f"`src/halkla_iliskiler/{name}/`" not in tour} == set()


def test_the_newest_changes_are_those_of_this_version() -> None:
    (version,) = re.findall(r"^version = (.+)$", read(ROOT / "setup.cfg"), re.MULTILINE)
    newest = re.findall(r"^## (\S+)", read(ROOT / "CHANGES.md"), re.MULTILINE)[0]
    assert newest == version
