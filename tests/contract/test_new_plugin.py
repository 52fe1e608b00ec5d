"""From the template to a plugin that works, and the plugin of the guide: made, installed, judged and tried."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from halkla_iliskiler.cli import main
from halkla_iliskiler.cli.new_plugin import KINDS, LONGEST_NAME, LONGEST_TITLE, TEMPLATE
from halkla_iliskiler.testing.checklist import QUESTIONS, answers_in

pytestmark = pytest.mark.authors
ROOT = Path(__file__).parents[2]
NAMES = [*(f"some_{kind}" for kind in KINDS), "kiosk"]
GUIDE = (ROOT / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Made:
    """The plugins that were made, by name, and where they are installed."""

    folders: dict[str, Path]
    site: Path

    def start(self, *command: str, name: str) -> subprocess.Popen[str]:
        caches = {"MYPY_CACHE_DIR": str(self.site / ".mypy"), "CHAMELEON_CACHE": str(self.site / ".chameleon")}
        (self.site / ".chameleon").mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=self.folders[name],
            # The author's own key, where there is one, stays out of the tests.
            env={**os.environ, **caches, "PYTHONPATH": str(self.site), "HALKLA_KIOSK_KEY": ""},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *command: str, name: str) -> tuple[int, str]:
        running = self.start(*command, name=name)
        said, _ = running.communicate()
        return running.returncode, said


def begin(parent: Path, name: str, *options: str) -> str:
    ran = CliRunner().invoke(main, ["new-plugin", name, "--into", str(parent), *options])
    assert ran.exit_code == 0, ran.output
    return ran.output


def blocks(text: str) -> dict[str, str]:
    """Return what the guide's blocks hold whose first line names a file."""
    found = {}
    for block in re.findall(r"^```\w+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        first, _, rest = block.partition("\n")
        if named := re.fullmatch(r"(?:# |<!-- )((?:[\w.]+/)*[\w.]+\.(?:py|po|md))(?: -->)?", first):
            found[named[1]] = rest
    return found


def write_the_plugin_of_the_guide(folder: Path) -> None:
    """Do what the guide says: put its files in the place of those of the template, the English words beside them."""
    given = blocks(GUIDE)
    rows = given.pop("README.md")
    for path, text in given.items():
        assert (folder / path).exists(), f"the template makes {path}, and the guide says so"
        (folder / path).write_text(text, encoding="utf-8")
    (turkish,) = (path for path in given if path.endswith(".po"))
    english = re.sub(r'^msgid "(.+)"\nmsgstr ".*"', r'msgid "\1"\nmsgstr "\1"', given[turkish], flags=re.MULTILINE)
    (folder / turkish.replace("/tr/", "/en/")).write_text(english.replace("Language: tr", "Language: en"), "utf-8")
    for path in folder.glob("src/*/locales/*/LC_MESSAGES/*.po"):
        with path.open("rb") as written, path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(written))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for row in rows.splitlines():
        start = row[: row.index("|", 1) + 1]
        assert start in readme, row
        readme = re.sub(rf"^{re.escape(start)}.*$", lambda _, row=row: row, readme, flags=re.MULTILINE)
    (folder / "README.md").write_text(readme, encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One of each kind and the one of the guide, installed without a network."""
    parent, site = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("site")
    names = {f"some_{kind}": ("--kind", kind, "--title", f"Örnek {kind}") for kind in KINDS}
    names["kiosk"] = ("--kind", "channel", "--title", "Belediye kiosku")
    for name, options in names.items():
        begin(parent, name, *options)
    folders = {name: parent / f"halkla_{name}" for name in names}
    write_the_plugin_of_the_guide(folders["kiosk"])
    ran = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-index",
         "--no-deps", "--no-build-isolation", "--target", str(site), *map(str, folders.values())],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return Made(folders, site)


@pytest.fixture(scope="module")
def judged(made: Made) -> dict[str, tuple[int, str]]:
    """What the tests of each say; they run side by side."""
    running = {name: made.start("pytest", "-m", "not browser", "-p", "no:cacheprovider", name=name) for name in NAMES}
    said = {name: one.communicate()[0] for name, one in running.items()}
    return {name: (one.returncode, said[name]) for name, one in running.items()}


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_its_first_tests(judged: dict[str, tuple[int, str]], name: str) -> None:
    code, said = judged[name]
    assert code == 0, said[-4000:]


@pytest.mark.parametrize("name", NAMES)
def test_it_lints_clean(made: Made, name: str) -> None:
    for command in (("ruff", "check", "--no-cache", "."), ("ruff", "format", "--no-cache", "--diff", ".")):
        code, said = made.run(*command, name=name)
        assert code == 0, said


def test_their_types_are_right(made: Made) -> None:
    code, said = made.run("mypy", *(str(folder / "src") for folder in made.folders.values()), name="kiosk")
    assert code == 0, said


@pytest.mark.parametrize("name", NAMES)
def test_its_readme_answers_every_question(made: Made, name: str) -> None:
    readme = (made.folders[name] / "README.md").read_text(encoding="utf-8")
    assert answers_in(readme).keys() == QUESTIONS.keys()
    assert "{{" not in readme
    assert "{%" not in readme


def test_nothing_of_the_template_is_left_in_what_was_made(made: Made) -> None:
    for folder in made.folders.values():
        texts = [
            path
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in (".py", ".cfg", ".toml", ".po", ".md")
        ]
        assert [path for path in texts if re.search(r"\{\{|\{%", path.read_text("utf-8"))] == []
        assert not list(folder.rglob("*.jinja"))
        assert not list(folder.rglob("copier*"))


BROKEN = """
import os
import socket

from halkla_iliskiler.services import Services as _Services

_SAID = _("Nobody has translated this.")
_KEY = os.environ.get("HALKLA_OTHER_KEY")


@hookimpl
def halkla_choose_department(application):
    try:
        socket.create_connection(("127.0.0.1", 9))
    except OSError:
        return None
"""


def test_a_plugin_that_is_broken_is_found_by_its_contract(made: Made) -> None:
    module = made.site / "halkla_some_blank" / "plugin.py"
    whole = module.read_text(encoding="utf-8")
    module.write_text(whole + BROKEN, encoding="utf-8")
    try:
        _, said = made.run("pytest", "-m", "not browser", "-p", "no:cacheprovider", name="some_blank")
    finally:
        module.write_text(whole, encoding="utf-8")
    assert set(re.findall(r"^FAILED .*::(test_\w+)", said, re.MULTILINE)) == {
        "test_it_imports_only_what_is_promised",
        "test_its_names_begin_with_its_own",
        "test_its_catalogues_say_everything_it_says",
        "test_it_calls_nobody_inside_a_transaction",
        "test_its_readme_answers_the_checklist",
    }, said[-4000:]


def test_everything_of_the_template_is_packed() -> None:
    """What setup.cfg calls package data, in patterns that pass over names with a point before them."""
    files = [path for path in TEMPLATE.rglob("*") if path.is_file()]
    assert len(files) > 12
    assert [path.name for path in files if path.suffix not in (".jinja", ".yml")] == []
    assert [path.name for path in files if path.name.startswith(".")] == []


# -- the command ------------------------------------------------------------------------------------------------------


def refused(parent: Path, *arguments: str) -> str:
    ran = CliRunner().invoke(main, ["new-plugin", "--into", str(parent), *arguments])
    assert ran.exit_code == 1
    assert not list(parent.iterdir()) or "there already" in ran.output
    return ran.output


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_names_lint_clean_too(tmp_path: Path, kind: str) -> None:
    name, title = "n" * LONGEST_NAME, "Ş" * LONGEST_TITLE
    begin(tmp_path, name, "--kind", kind, "--title", title)
    for command in (("check",), ("format", "--diff")):
        ran = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."], cwd=tmp_path / f"halkla_{name}", check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("name", ["n" * 33, "Kiosk", "1kiosk", "ki osk", "kiosk_", "ki__osk", "kiösk", "../kiosk", ""])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    assert "is no name for a plugin" in refused(tmp_path, name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("core", "the program itself"),
        ("iliskiler", "the program itself"),
        ("channels", "a built-in"),
        ("email", "an installed plugin"),
        ("class", "it is a word of Python"),
        ("none", "a class None"),
        ("gateway", "a class Gateway"),
        ("web", "a channel or a method"),
        ("follow_page", "a channel or a method"),
    ],
)
def test_a_name_that_is_taken_is_refused_with_the_reason(tmp_path: Path, name: str, why: str) -> None:
    for given in (name, f"halkla_{name}"):
        said = " ".join(refused(tmp_path, given).split())
        assert f"{name!r} is no name for a plugin: {why}" in said
        assert "take another one" in said


@pytest.mark.parametrize("title", ["t" * 49, 'a "kiosk"', "a\nkiosk", "{{ 7 }}", "50 %"])
def test_a_title_that_would_break_the_template_is_refused(tmp_path: Path, title: str) -> None:
    assert "The title may hold no" in refused(tmp_path, "kiosk", "--title", title)


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "halkla_kiosk").mkdir()
    assert "is there already; nothing was changed" in refused(tmp_path, "kiosk")
    assert not list((tmp_path / "halkla_kiosk").iterdir())


def test_without_copier_the_cure_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from halkla_iliskiler.cli import new_plugin

    monkeypatch.setattr(new_plugin, "find_spec", lambda name: None)
    assert "pip install 'halkla-iliskiler[author]'" in refused(tmp_path, "kiosk")


def test_it_says_what_comes_next(tmp_path: Path) -> None:
    said = begin(tmp_path, "halkla_sms_gateway", "--kind", "feedback")
    assert f"pip install --editable {tmp_path / 'halkla_sms_gateway'}" in said
    assert "add sms_gateway to halkla.plugins" in said
    assert (tmp_path / "halkla_sms_gateway" / "src" / "halkla_sms_gateway" / "method.py").exists()


# -- the guide --------------------------------------------------------------------------------------------------------


def test_the_guide_names_every_file_of_its_plugin() -> None:
    assert set(blocks(GUIDE)) == {
        "src/halkla_kiosk/plugin.py",
        "src/halkla_kiosk/receive.py",
        "src/halkla_kiosk/locales/tr/LC_MESSAGES/halkla_kiosk.po",
        "tests/test_receive.py",
        "README.md",
    }


def test_the_guide_begins_its_plugin_as_the_test_does() -> None:
    assert "halkla new-plugin kiosk --kind channel --title 'Belediye kiosku'" in GUIDE


def test_other_examples_of_the_guide_are_python_that_runs() -> None:
    others = [
        block for block in re.findall(r"^```python\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE) if block[0] != "#"
    ]
    assert others
    for block in others:
        exec(block, {})  # noqa: S102  (our own words)
