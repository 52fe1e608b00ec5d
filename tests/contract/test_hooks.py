"""What plugins are promised is written down, true, tested, used, and changes only with a word about it."""

import ast
import importlib.util
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler.api import EVENT_NAMES, ApplicationView, TicketEvent, TicketView, hookimpl
from halkla_iliskiler.extension import answers, build_plugins
from halkla_iliskiler.hookspecs.marker import HookRetired, hookspec, retired
from halkla_iliskiler.testing import START

ROOT = Path(__file__).parents[2]


@cache
def tool() -> Any:
    """Return ``.ci/surface.py``, which is no part of any package."""
    spec = importlib.util.spec_from_file_location("surface", ROOT / ".ci" / "surface.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["surface"] = module
    spec.loader.exec_module(module)
    return module


HOOKS = tool().hooks()


def named(hook: Any) -> str:
    return str(hook.name)


# -- the specifications -----------------------------------------------------------------------------------------------


def test_there_are_hooks_in_every_family() -> None:
    assert len(HOOKS) > 15
    assert {hook.family for hook in HOOKS} >= {"branding", "channels", "city_data", "feedback", "tickets", "ui"}


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_a_hook_says_all_that_its_users_ask(hook: Any) -> None:
    assert hook.missing == [], f"its docstring has to say {', '.join(hook.missing)}"
    assert hook.summary.endswith(".")


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_a_hook_is_there_since_a_version_that_there_is(hook: Any) -> None:
    def parts(version: str) -> tuple[int, ...]:
        return tuple(map(int, version.split(".")))

    assert parts(hook.since) <= parts(tool().version())


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_a_hook_is_named_by_the_grammar(hook: Any) -> None:
    word = hook.name.removeprefix("halkla_")
    kind = answers.kind_of(hook.name)
    is_plural = word.endswith("s") or word in ("about", "settings_schema")
    assert kind != "provider" or is_plural, "a provider is a plural noun"
    assert hook.first_answer_wins == (kind == "choose"), "choose_ is the name of a question whose first answer wins"


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_every_argument_and_answer_has_a_type(hook: Any) -> None:
    code = hook.function.__code__
    names = set(code.co_varnames[: code.co_argcount])
    assert hook.function.__annotations__.keys() == names | {"return"}


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_its_example_is_an_implementation_that_works(hook: Any, tmp_path: Path) -> None:
    module = ModuleType(f"halkla_example.{hook.name}")
    exec(hook.example, module.__dict__)  # noqa: S102  (our own words)
    plugins = build_plugins((), {}, [module])
    assert hook.name in plugins.hooks_of(hook.name)
    implementation = getattr(module, hook.name)
    code = implementation.__code__
    given = {name: ARGUMENTS[name] for name in code.co_varnames[: code.co_argcount]}
    answers.answer_to(hook.name, implementation(**given))


class Kept(dict[str, Any]):
    """What an example keeps."""

    put = dict.__setitem__

    def items(self, prefix: str = "") -> Any:  # type: ignore[override]
        return [(key, value) for key, value in super().items() if key.startswith(prefix)]


class ExampleHouse:
    """As much of a house as an example asks for."""

    plugin, settings = "example", {"address": "a@example.org"}
    actor_id = actor_name = ""

    def __init__(self) -> None:
        self.data = Kept()

    def now(self) -> Any:
        return START

    def secret(self, name: str) -> str:
        return "secret"

    def ticket(self, which: object) -> TicketView:
        return TICKET

    def tickets(self, after: int = 0, limit: int = 100) -> list[TicketView]:
        return [TICKET]


TICKET = TicketView(7, "2026/00007", "2026-00007", can_be_rated=True)
ARGUMENTS: dict[str, Any] = {
    "application": ApplicationView("Parktaki bank kırık.", category="wreck", neighbourhood="isikli"),
    "event": TicketEvent("7.done.1", EVENT_NAMES[0], START, TICKET),
    "house": ExampleHouse(),
    "settings": {"address": "a@example.org", "sender": "b@example.org"},
    "ticket": TICKET,
    # Of a demonstration.
    "count": 3,
    "present": START,
    "oldest": 100.0,
    "newest": 0.0,
}


# -- who uses and tests them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_a_hook_has_a_user_that_is_shipped(hook: Any) -> None:
    assert tool().users_of(hook.name), "a hook exists only while something shipped answers it"


@cache
def names_in_tests() -> frozenset[str]:
    """Return every name that a test of behaviour uses; documents, examples and sentences do not count."""
    found: set[str] = set()
    folders = [ROOT / "tests" / kind for kind in ("unit", "functional", "faults", "browser")]
    folders += ROOT.glob("plugins/*/tests")
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values = (getattr(node, field, None) for field in ("id", "attr", "arg", "name", "value"))
            found |= {value for value in values if isinstance(value, str)}
    return frozenset(found)


@pytest.mark.parametrize("hook", HOOKS, ids=named)
def test_a_hook_has_a_test(hook: Any) -> None:
    assert hook.name in names_in_tests()


# -- what is written down ---------------------------------------------------------------------------------------------


def test_the_page_of_hooks_is_what_the_specifications_say() -> None:
    assert tool().HOOKS_PAGE.read_text(encoding="utf-8") == tool().hooks_page(), "run 'make docs'"


def test_the_recorded_signatures_are_those_of_the_code() -> None:
    before = tool().SIGNATURES.read_text(encoding="utf-8")
    assert before == tool().signatures(before, tool().surface(), tool().version()), "run 'make docs'"


def unnamed(signatures: str, changes: str, version: str) -> list[str]:
    """Return what changed in *version* by the file of signatures and is not named in that chapter of the changes."""
    chapters = dict(re.findall(r"^## (\S+).*?\n(.*?)(?=^## |\Z)", changes, re.DOTALL | re.MULTILINE))
    said = set(re.findall(r"`(\w+)`", chapters.get(version, "")))
    recorded = tool().recorded(signatures)
    return [name for name, (since, _promise) in recorded.items() if since == version and name not in said]


def test_whatever_changed_for_plugins_is_named_in_the_changes() -> None:
    signatures = tool().SIGNATURES.read_text(encoding="utf-8")
    changes = (ROOT / "CHANGES.md").read_text(encoding="utf-8")
    assert unnamed(signatures, changes, tool().version()) == []


def test_a_change_without_a_word_would_be_found() -> None:
    promises = {"fold": "function fold(text: str) -> str", "Brand": "class Brand\n    name: str"}
    first = tool().signatures("", promises, "1.0")
    assert tool().recorded(first) == {name: ("1.0", promise) for name, promise in promises.items()}
    assert tool().signatures(first, promises, "1.1") == first, "what is as it was keeps its version"
    changed = {"Brand": "class Brand\n    name: str\n    town: str", "mask": "function mask(text: str) -> str"}
    second = tool().signatures(first, changed, "1.1")
    assert second != first
    assert {name: since for name, (since, _) in tool().recorded(second).items()} == {
        "Brand": "1.1", "mask": "1.1", "fold": "1.1",
    }  # fmt: skip
    assert "removed fold" in second
    assert unnamed(second, "## 1.1\n\n- `Brand` has a town, `fold` is gone.\n\n## 1.0\n\n`mask`\n", "1.1") == ["mask"]


def test_a_second_change_within_a_version_has_to_be_said_too() -> None:
    first = tool().written("", {"fold": "function fold(text: str) -> str"}, "1.0", "`fold` is new.")
    assert tool().signatures(first, {"fold": "function fold(text: str) -> str"}, "1.0") == first
    again = {"fold": "function fold(text: str, language: str) -> str"}
    with pytest.raises(SystemExit, match=r"CHANGES\.md"):
        tool().written(first, again, "1.0", "`fold` is new.")
    assert "language" in tool().written(first, again, "1.0", "`fold` is new, and knows languages.")


def test_nothing_of_a_machine_stands_in_the_signatures() -> None:
    text = tool().SIGNATURES.read_text(encoding="utf-8")
    assert " at 0x" not in text
    assert str(ROOT) not in text


# -- hooks that go ----------------------------------------------------------------------------------------------------


def family(**specs: Any) -> ModuleType:
    module = ModuleType("halkla_iliskiler.hookspecs.invented")
    for name, spec in specs.items():
        setattr(module, name, spec)
    return module


def loaded(
    monkeypatch: pytest.MonkeyPatch, specs: ModuleType, implementation: Any
) -> Iterator[warnings.WarningMessage]:
    from halkla_iliskiler import hookspecs
    from halkla_iliskiler.extension import loading

    monkeypatch.setattr(loading, "FAMILIES", (*hookspecs.FAMILIES, specs))
    known = {**answers.HOOKS, **vars(specs)}
    for module in (answers, loading):
        monkeypatch.setattr(module, "HOOKS", known)
    plugin = ModuleType("halkla_old.plugin")
    plugin.halkla_old_things = hookimpl(implementation)  # type: ignore[attr-defined]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build_plugins((), {}, [plugin])
    yield from caught


def test_whoever_answers_a_retired_hook_is_warned_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    @retired("1.2", "Answer halkla_channels instead.")
    def halkla_old_things() -> list[str]:
        """Give old things."""

    (warning,) = loaded(monkeypatch, family(halkla_old_things=halkla_old_things), lambda: ["old"])
    assert warning.category is HookRetired
    assert str(warning.message) == "The hook is retired since 1.2. Answer halkla_channels instead."
    assert warning.filename == __file__, "it names the place of the implementation"


def test_whoever_asks_for_a_retired_argument_is_warned_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    @retired("1.2", "Ask the house.", "settings")
    def halkla_old_things(settings: dict[str, str], house: object) -> list[str]:
        """Give old things."""

    specs = family(halkla_old_things=halkla_old_things)
    (warning,) = loaded(monkeypatch, specs, lambda settings: ["old"])
    assert str(warning.message) == "The argument settings is retired since 1.2. Ask the house."
    assert list(loaded(monkeypatch, specs, lambda house: ["old"])) == []


def test_python_shows_the_warning_to_whoever_runs_the_program() -> None:
    assert issubclass(HookRetired, FutureWarning)
    assert not issubclass(HookRetired, DeprecationWarning)


def test_what_is_retired_says_so_on_the_page() -> None:
    @retired("1.2", "Answer halkla_channels instead.")
    def halkla_old_things() -> list[str]:
        """Give old things.

        .. versionadded:: 0.1
        """

    module = family(halkla_old_things=halkla_old_things)
    hook = tool()._taken_apart(module, halkla_old_things)
    assert hook.retired == "The hook is retired since 1.2. Answer halkla_channels instead."
    assert hook.missing, "and the rules for docstrings find what this one lacks"


def test_the_marker_is_the_one_of_the_program() -> None:
    @hookspec
    def halkla_things() -> list[str]:
        """Give things."""

    assert getattr(halkla_things, "halkla_iliskiler_spec", None) is not None


def test_no_specification_does_anything() -> None:
    for path in sorted((ROOT / "src" / "halkla_iliskiler" / "hookspecs").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("halkla_"):
                assert len(node.body) == 1, f"{node.name} has a docstring and no body"
