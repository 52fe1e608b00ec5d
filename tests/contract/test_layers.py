"""Imports point downward only (design, section 2), and each kind of technology stays in the layer that owns it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "halkla_iliskiler"
PLUGINS = ROOT / "plugins"
PACKAGE = "halkla_iliskiler"

# From the top; a layer may import the layers below its own line, and itself.
LINES = (
    ("app",),
    ("web", "work", "cli"),
    ("services",),
    ("index", "storage", "evolve"),
    ("extension",),
    ("hookspecs",),
    ("domain",),
)
LEAVES = {"settings", "i18n"}  # import nothing of ours; what handles requests, commands or files may use them
FACADE = {"api": {"domain", "hookspecs"}}  # what plugins see
OUTSIDE = {"builtin": {"api"}, "testing": {"api", "app", "work", "services", "storage", "domain", "extension"}}
HEIGHT = {layer: len(LINES) - place for place, line in enumerate(LINES) for layer in line}

# A command that is nothing but the start of something needs that something.
STARTERS = {
    ("cli", f"{PACKAGE}.app.main"): "halkla serve runs the application",
    ("cli", f"{PACKAGE}.work.Runner"): "halkla worker runs the jobs",
    ("cli", f"{PACKAGE}.work.WorkerThread"): "halkla worker runs mail and the rest side by side",
}

# Only these may import this, whatever else they may do.
OWNERS = {
    "transaction": {"storage", "extension"},  # the extension notices a plugin that ends one
    "ZODB": {"storage"},  # but for ZODB.blob, see below
    "zc": {"storage"},
    "sqlite3": {"index"},
    "pluggy": {"extension", "hookspecs"},
    "argon2": {"services", "testing"},
    "phonenumbers": {"services"},
    "segno": {"web"},
    "xlsxwriter": {"services"},
    "pyotp": {"services"},
    "pyramid": {"web", "app"},
    "webob": {"web"},
    "colander": {"web", "hookspecs", "services"},  # services check what a plugin's schema says of its settings
    "deform": {"web"},
    "chameleon": {"web"},
    "click": {"cli"},
    "waitress": {"cli"},
    "plaster": {"cli"},
    "aiosmtpd": {"cli"},
    "smtplib": set(),
    "PIL": {"services", "work"},  # services looks at a header, the worker's own process at the rest
}


def modules_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "egg-info" not in str(path))


def imported(path: Path, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports, wherever in it; ``package`` is where it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) + 1 - node.level]] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            for name in node.names:
                yield node.lineno, f"{whole}.{name.name}"


def in_core() -> Iterator[tuple[str, Path, int, str]]:
    """Yield layer, module, line and imported name for every import of the core."""
    for path in modules_below(CORE):
        inner = path.relative_to(CORE).with_suffix("").parts
        package = (PACKAGE, *inner[:-1])
        layer = inner[0] if inner != ("__init__",) else ""
        for line, name in imported(path, package):
            yield layer, path, line, name


def layer_of(name: str) -> str | None:
    """Return the layer a full name lies in; ``None`` when it is not ours, and ``""`` for the package itself."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return None
    known = {*HEIGHT, *LEAVES, *FACADE, *OUTSIDE}
    return parts[1] if len(parts) > 1 and parts[1] in known else ""


def may_import(layer: str, other: str) -> bool:
    if layer == other:
        return True
    if layer == "":
        # The package's own name is what a PasteDeploy server and a host site call.
        return other == "app"
    if layer in LEAVES:
        return False
    if layer in FACADE:
        return other in FACADE[layer]
    if layer in OUTSIDE:
        return other in OUTSIDE[layer]
    if other in LEAVES:
        return layer not in ("domain", "hookspecs")
    return other in HEIGHT and HEIGHT[other] < HEIGHT[layer]


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_every_module_of_the_core_belongs_to_a_layer() -> None:
    known = {*HEIGHT, *LEAVES, *FACADE, *OUTSIDE, "__init__"}
    found = {path.relative_to(CORE).with_suffix("").parts[0] for path in modules_below(CORE)}
    assert found - known == set(), "say in LINES where these belong"


def test_imports_point_downward() -> None:
    wrong = [
        f"{place(path, line)}: {layer or 'the package itself'} may not import {other or 'the package itself'} ({name})"
        for layer, path, line, name in in_core()
        if (other := layer_of(name)) is not None and not may_import(layer, other) and (layer, name) not in STARTERS
    ]
    assert not wrong, "\n".join(["imports that do not point downward:", *wrong])


def test_every_exception_is_still_needed() -> None:
    assert STARTERS.keys() <= {(layer, name) for layer, _, _, name in in_core()}


def test_nothing_imports_plugins_builtins_or_test_helpers() -> None:
    plugins = {path.name for path in PLUGINS.glob("*/src/*") if path.is_dir() and path.suffix != ".egg-info"}
    assert plugins, "there are plugins to keep apart"
    wrong = [
        f"{place(path, line)}: {name}"
        for layer, path, line, name in in_core()
        if name.partition(".")[0] in plugins or (layer_of(name) in ("builtin", "testing") and layer_of(name) != layer)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_domain_knows_only_the_standard_library_and_persistence() -> None:
    allowed = ("persistent", "BTrees", "ZODB.blob")
    wrong = [
        f"{place(path, line)}: {name}"
        for layer, path, line, name in in_core()
        if layer == "domain"
        and layer_of(name) is None
        and name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == prefix or name.startswith(prefix + ".") for prefix in allowed)
    ]
    assert not wrong, "\n".join(["the domain imports what it must not know:", *wrong])


def test_each_technology_stays_with_its_owner() -> None:
    wrong = [
        f"{place(path, line)}: {layer} may not import {name}; that is for {', '.join(sorted(owners)) or 'plugins'}"
        for layer, path, line, name in in_core()
        if (owners := OWNERS.get(name.partition(".")[0])) is not None
        and layer not in owners
        and not name.startswith("ZODB.blob.")
    ]
    assert not wrong, "\n".join(wrong)


def plugin_modules() -> list[tuple[str, Path, tuple[str, ...]]]:
    """Return name, module and package of every module a plugin ships, and (with an empty package) of its tests."""
    found: list[tuple[str, Path, tuple[str, ...]]] = []
    for plugin in sorted(path for path in PLUGINS.iterdir() if (path / "src").is_dir()):
        sources = plugin / "src"
        for path in modules_below(sources):
            found.append((plugin.name, path, path.relative_to(sources).with_suffix("").parts[:-1]))
        found.extend((plugin.name, path, ()) for path in modules_below(plugin / "tests"))
    return found


@pytest.mark.parametrize("plugin", sorted({name for name, _, _ in plugin_modules()}))
def test_a_plugin_imports_only_the_api(plugin: str) -> None:
    others = {name for name, _, _ in plugin_modules()} - {plugin}
    wrong = []
    for name, path, package in plugin_modules():
        if name != plugin:
            continue
        doors = (f"{PACKAGE}.api",) if package else (f"{PACKAGE}.api", f"{PACKAGE}.testing")
        for line, target in imported(path, package):
            first = target.partition(".")[0]
            is_inside = first == PACKAGE and not target.startswith(tuple(f"{door}." for door in doors))
            if (is_inside and target not in doors) or first in others:
                wrong.append(f"{place(path, line)}: {target}")
    assert not wrong, "\n".join([f"a plugin imports from {PACKAGE}.api only:", *wrong])


def test_the_builtins_import_only_the_api() -> None:
    wrong = [
        f"{place(path, line)}: {name}"
        for layer, path, line, name in in_core()
        if layer == "builtin" and layer_of(name) not in (None, "api", "builtin")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_api_names_everything_it_promises() -> None:
    from halkla_iliskiler import api

    missing = [name for name in api.__all__ if not hasattr(api, name)]
    assert not missing
    assert api.__all__ == sorted(api.__all__), "in order, so that a reader finds a name"
