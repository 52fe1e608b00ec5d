"""Write down what plugins are promised: docs/hooks.md and docs/api-signatures.txt, both from the code.

``make docs`` runs this; tests/contract/test_hooks.py fails when what it would write is not what stands there.
"""

import enum
import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from configparser import ConfigParser
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
HOOKS_PAGE = ROOT / "docs" / "hooks.md"
SIGNATURES = ROOT / "docs" / "api-signatures.txt"
LABELS = ("Called", "Not called", "Transaction", "Thread", "Returns", "Errors")
"""What the docstring of every hook says, each in a paragraph of its own that begins with the word and a colon."""


# -- the specifications -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hook:
    """One specification, taken apart."""

    name: str
    family: str
    function: Callable[..., Any]
    first_answer_wins: bool
    summary: str
    prose: str
    said: Mapping[str, str]
    example: str
    since: str
    retired: str = ""

    @property
    def missing(self) -> list[str]:
        """What the docstring does not say."""
        gaps = [label for label in LABELS if not self.said.get(label)]
        named = {"summary": self.summary, "Example": self.example, "versionadded": self.since}
        return gaps + [what for what, text in named.items() if not text]

    @property
    def kind(self) -> str:
        """The promise its name makes, as the guide explains it."""
        from halkla_iliskiler.extension.answers import kind_of

        if self.name in ("halkla_about", "halkla_settings_schema"):
            return "each plugin for itself"
        return _KINDS[kind_of(self.name)]


_KINDS = {
    "provider": "collected",
    "choose": "first answer wins",
    "check": "may veto",
    "on": "after the commit",
    "panels": "places on a page",
    "button": "one plugin's button",
}


def hooks() -> list[Hook]:
    """Return every specification, family by family, as they are written."""
    from halkla_iliskiler.hookspecs import FAMILIES

    return [_taken_apart(family, function) for family in FAMILIES for function in _specs(family)]


def _specs(family: ModuleType) -> list[Callable[..., Any]]:
    found = [
        value
        for name, value in vars(family).items()
        if name.startswith("halkla_") and inspect.isfunction(value) and value.__module__ == family.__name__
    ]
    return sorted(found, key=lambda function: function.__code__.co_firstlineno)


def _taken_apart(family: ModuleType, function: Callable[..., Any]) -> Hook:
    text = inspect.getdoc(function) or ""
    since = "".join(re.findall(r"^\.\. versionadded:: (\S+)$", text, re.MULTILINE))
    text = re.sub(r"^\.\. versionadded::.*$", "", text, flags=re.MULTILINE)
    text, _, example = text.partition("\nExample::\n")
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    said: dict[str, str] = {}
    plain = []
    for paragraph in paragraphs[1:]:
        # Several labels may follow each other without an empty line between them.
        parts = re.split(rf"^({'|'.join(LABELS)}): ", paragraph, flags=re.MULTILINE)
        if parts[0].strip():
            plain.append(parts[0].strip())
        said |= dict(zip(parts[1::2], parts[2::2], strict=True))
    options: dict[str, Any] = getattr(function, "halkla_iliskiler_spec", {})
    warnings = [options.get("warn_on_impl"), *(options.get("warn_on_impl_args") or {}).values()]
    return Hook(
        function.__name__,
        family.__name__.rpartition(".")[2],
        function,
        bool(options.get("firstresult")),
        _markdown(paragraphs[0]) if paragraphs else "",
        "\n\n".join(_markdown(part) for part in plain),
        {label: _markdown(words) for label, words in said.items()},
        dedent(example).strip() + "\n" if example.strip() else "",
        since,
        " ".join(str(warning) for warning in warnings if warning),
    )


def _markdown(text: str) -> str:
    """Return what a docstring says as one line of Markdown."""
    text = re.sub(r":\w+:`[~!]?(?:[\w.]+ <)?([\w.]+)>?`", lambda found: f"`{found[1].rpartition('.')[2]}`", text)
    return " ".join(text.replace("``", "`").split())


# -- who answers them -------------------------------------------------------------------------------------------------


def shipped_plugins() -> dict[str, ModuleType]:
    """Return the built-in modules and those of ``plugins/``, by the name they are shown under."""
    from halkla_iliskiler.extension.loading import BUILTINS

    found = {f"built-in `{path.rpartition('.')[2]}`": import_module(path) for path in BUILTINS}
    for setup in sorted(ROOT.glob("plugins/*/setup.cfg")):
        reader = ConfigParser()
        reader.read(setup, encoding="utf-8")
        sources = str(setup.parent / "src")
        if sources not in sys.path:
            sys.path.append(sources)
        for line in reader["options.entry_points"]["halkla_iliskiler"].strip().splitlines():
            name, _, path = line.partition("=")
            found[f"`halkla_{name.strip()}`"] = import_module(path.strip())
    return found


def users_of(hook: str) -> list[str]:
    """Return who of what is shipped answers a hook."""
    return [name for name, module in shipped_plugins().items() if callable(getattr(module, hook, None))]


# -- docs/hooks.md ----------------------------------------------------------------------------------------------------


def hooks_page() -> str:
    """Return the page."""
    found = hooks()
    families = {
        hook.family: inspect.getdoc(import_module(f"halkla_iliskiler.hookspecs.{hook.family}")) for hook in found
    }
    parts = [_HEAD, *_table(found)]
    for family, about in families.items():
        parts.append(f"\n## {family.replace('_', ' ').capitalize()}\n\n{_markdown(about or '')}\n")
        parts += [_chapter(hook) for hook in found if hook.family == family]
    # One empty line before a heading, whatever stood above it.
    return re.sub(r"\n{3,}(?=#)", "\n\n", "\n".join([*parts, *_api_chapter()]))


_PLAIN_NAMES = {
    "API_VERSION": "The version of what `halkla_iliskiler.api` promises; an `About` says for which one it was written.",
    "EVENT_NAMES": "Every name a `TicketEvent` may have.",
    "POWERS": "What a plugin may ask to do to the house, in its `About`.",
    "hookimpl": "The mark of a function that answers a hook.",
    "translatable": "Marks a message id of the core's catalogue; a plugin with catalogues makes a factory of its own.",
}
"""Names that are no class and no function of ours say nothing themselves."""


def _api_chapter() -> Iterator[str]:
    from halkla_iliskiler import api

    yield "\n## Everything in halkla_iliskiler.api\n"
    yield "What is not here is not promised to stay. Fields and methods: [api-signatures.txt](api-signatures.txt).\n"
    yield "| name | what it is |"
    yield "|---|---|"
    for name in sorted(api.__all__, key=str.casefold):
        about = _PLAIN_NAMES.get(name) or (inspect.getdoc(getattr(api, name)) or "").partition("\n\n")[0]
        yield f"| `{name}` | {_cell(_markdown(about))} |"
    yield ""


_HEAD = """# The hooks

What a plugin may answer, one hook after another. This page is written by `make docs` from the specifications in
`src/halkla_iliskiler/hookspecs/`; a test fails when it is not what they say. How to begin stands in
[writing a plugin](writing-a-plugin.md), what a procurement asks in the [checklist](plugin-checklist.md).

**The name tells the promise.** A plural noun is a provider: collected once, a code given twice is refused. `choose_` is
a question: the plugin listed last in the ini answers first, `None` passes it on. `check_` may veto, inside the
transaction. `on_` comes after the commit, through the outbox, at least once. `_panels` are places on a page.

**An argument is named, not counted.** An implementation takes those it wants of the arguments in the signature, by
name. What it is given is frozen, what it returns is plain; nothing of the database passes this door.
"""


def _table(found: Iterable[Hook]) -> Iterator[str]:
    yield "| hook | what for | kind |"
    yield "|---|---|---|"
    for hook in found:
        yield f"| [`{hook.name}`](#{hook.name}) | {hook.summary.rstrip('.')} | {hook.kind} |"


def _chapter(hook: Hook) -> str:
    lines = [f"### {hook.name}", "", "```python", signature(hook.function, hook.name), "```", "", hook.summary]
    lines += ["", f"**Retired.** {hook.retired}"] if hook.retired else []
    if hook.prose:
        lines += ["", hook.prose]
    lines += ["", "| | |", "|---|---|"]
    lines += [f"| {label.lower()} | {_cell(hook.said[label])} |" for label in LABELS if label in hook.said]
    lines += [f"| shipped users | {', '.join(users_of(hook.name)) or 'none'} |", f"| since | {hook.since} |"]
    if hook.example:
        lines += ["", "```python", hook.example.rstrip(), "```"]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


# -- docs/api-signatures.txt ------------------------------------------------------------------------------------------


def surface() -> dict[str, str]:
    """Return every promise by its name: hooks first, then what ``halkla_iliskiler.api`` holds."""
    from halkla_iliskiler import api

    found = {hook.name: f"hook {signature(hook.function, hook.name)}  [{hook.kind}]" for hook in hooks()}
    return found | {name: _described(name, getattr(api, name)) for name in sorted(api.__all__)}


def signature(function: Callable[..., Any], name: str) -> str:
    """Return a signature as a person writes it: types without the modules they stand in."""
    found = inspect.signature(function)
    parts, is_named = [], False
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not is_named:
            parts.append("*")
        is_named = is_named or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        many = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
        stars = dict[Any, str](many).get(parameter.kind, "")
        has_type = parameter.annotation is not parameter.empty
        typed = f": {_type(parameter.annotation)}" if has_type else ""
        default = (
            f" = {_without_addresses(repr(parameter.default))}" if parameter.default is not parameter.empty else ""
        )
        parts.append(f"{stars}{parameter.name}{typed}{default if has_type else default.replace(' ', '')}")
    returned = "" if found.return_annotation is found.empty else f" -> {_type(found.return_annotation)}"
    return f"{name}({', '.join(parts)}){returned}"


def _without_addresses(text: str) -> str:
    return re.sub(r"<([\w.]+)[^<>]*>", "…", text)


def _described(name: str, value: object) -> str:
    if inspect.isclass(value):
        return "\n".join([f"class {name}{_bases(value)}", *(f"    {line}" for line in _members(value))])
    if callable(value) and hasattr(value, "__name__"):
        return f"function {signature(value, name)}"
    plain = isinstance(value, (int, str, tuple))
    return f"{type(value).__name__} {name}{f' = {value!r}' if plain else ''}"


def _bases(value: type) -> str:
    names = [base.__name__ for base in value.__bases__ if base is not object]
    return f"({', '.join(names)})" if names else ""


def _members(value: type) -> Iterator[str]:
    if issubclass(value, enum.Enum):
        yield from (f"{member.name} = {member.value!r}" for member in value)
    elif is_dataclass(value):
        for field in fields(value):
            default = "" if field.default is MISSING else f" = {_without_addresses(repr(field.default))}"
            default = default if field.default_factory is MISSING else " = …"
            yield f"{field.name}: {_type(field.type)}{default}"
    else:
        for attribute, annotation in getattr(value, "__annotations__", {}).items():
            if not attribute.startswith("_"):
                yield f"{attribute}: {_type(annotation)}"
    for attribute, member in vars(value).items():
        says_how_to_make = (
            attribute == "__init__" and not is_dataclass(value) and not getattr(value, "_is_protocol", False)
        )
        if attribute.startswith("_") and not says_how_to_make:
            continue
        if isinstance(member, property):
            returned = inspect.signature(member.fget).return_annotation if member.fget else ""
            yield f"{attribute} -> {_type(returned)}  [read only]"
        elif isinstance(member, (classmethod, staticmethod)):
            yield f"def {signature(member.__func__, attribute)}"
        elif inspect.isfunction(member) and not issubclass(value, enum.Enum):
            yield f"def {signature(member, attribute)}"


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])", "", text).replace("~", "").replace("'", "")


_SIGNATURES_HEAD = """# What plugins are promised, with the version of halkla-iliskiler in which each line last changed.
# Written by 'make docs' from the code. Whatever carries the newest version has to be named in CHANGES.md; a test looks.
"""
_CHANGES_THEN = re.compile(r"^# CHANGES\.md then: (\w+)\n", re.MULTILINE)
"""What CHANGES.md said when a promise changed the last time: the next change has to say something more."""


def version() -> str:
    """Return the version that is being worked on."""
    reader = ConfigParser()
    reader.read(ROOT / "setup.cfg", encoding="utf-8")
    return reader["metadata"]["version"]


def recorded(text: str) -> dict[str, tuple[str, str]]:
    """Return what a signature file says: the version and the promise, by name."""
    found = {}
    for block in re.split(r"^(?=\[)", _CHANGES_THEN.sub("", text), flags=re.MULTILINE)[1:]:
        since, _, promise = block.strip().partition("] ")
        found[_name_of(promise)] = (since.removeprefix("["), promise)
    return found


def _name_of(promise: str) -> str:
    return re.split(r"[(\s:]", promise.partition(" ")[2])[0]


def signatures(before: str, promises: Mapping[str, str], newest: str) -> str:
    """Return the file: what is as it was *before* keeps its version, what changed or went has the *newest*."""
    known = recorded(before)
    gone = {name: f"removed {name}" for name in known if name not in promises}
    blocks = []
    for name, promise in {**promises, **gone}.items():
        since = known[name][0] if name in known and known[name][1] == promise else newest
        blocks.append(f"[{since}] {promise}\n")
    then = "".join(f"# CHANGES.md then: {said}\n" for said in _CHANGES_THEN.findall(before))
    return _SIGNATURES_HEAD + "\n" + "".join(blocks) + then


def written(before: str, promises: Mapping[str, str], newest: str, changes: str) -> str:
    """Return the file as it is written when CHANGES.md says *changes*.

    Raises:
        SystemExit: a promise has changed, and not a word of CHANGES.md since the last time one did.
    """
    text = signatures(before, promises, newest)
    if recorded(text) == recorded(before):
        return text
    said = hashlib.sha256(changes.encode()).hexdigest()[:12]
    if _CHANGES_THEN.findall(before) == [said]:
        raise SystemExit("What plugins are promised has changed: say how in CHANGES.md, then run 'make docs' again.")
    return f"{_CHANGES_THEN.sub('', text)}# CHANGES.md then: {said}\n"


def main() -> None:
    """Write both files."""
    HOOKS_PAGE.write_text(hooks_page(), encoding="utf-8")
    before = SIGNATURES.read_text(encoding="utf-8") if SIGNATURES.exists() else ""
    changes = (ROOT / "CHANGES.md").read_text(encoding="utf-8")
    SIGNATURES.write_text(written(before, surface(), version(), changes), encoding="utf-8")


if __name__ == "__main__":
    main()
