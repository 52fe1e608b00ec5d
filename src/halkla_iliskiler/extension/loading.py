"""Loading the built-ins and the plugins the ini lists. What is wrong refuses the start, in a sentence with a cure."""

import difflib
import inspect
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from ..hookspecs import FAMILIES, PROJECT
from .answers import HOOKS, arguments_of
from .budget import Budgets
from .faults import Faults
from .guard import Guard
from .manager import Plugins
from .refusals import PluginRefused, said_of

__all__ = ["BUILTINS", "RESERVED", "build_plugins", "built_in_names"]

BUILTINS = (
    "halkla_iliskiler.builtin.branding",
    "halkla_iliskiler.builtin.channels",
    "halkla_iliskiler.builtin.feedback",
    "halkla_iliskiler.builtin.routing",
    "halkla_iliskiler.builtin.rules",
)
"""The core's own implementations, loaded by name like any plugin; nothing imports them."""
RESERVED = "core"
"""Under this name stand the program's own evolve steps; no plugin may have it."""


def built_in_names() -> tuple[str, ...]:
    """Return the names under which the built-ins are loaded."""
    return tuple(path.rpartition(".")[2] for path in BUILTINS)


def build_plugins(
    enabled: Sequence[str],
    settings: dict[str, str] | Any,
    modules: Sequence[ModuleType] = (),
    *,
    without: Sequence[str] = (),
    faults: Faults | None = None,
    budgets: Budgets | None = None,
) -> Plugins:
    """Load the built-ins but *without*, the *enabled* plugins, and *modules* that are plugins without being installed.

    Raises:
        PluginRefused: one is listed but not installed, listed twice, cannot be imported, was written for another
        version,
            or answers a hook that does not exist.
    """
    manager = pluggy.PluginManager(PROJECT)
    for family in FAMILIES:
        manager.add_hookspecs(family)
    builtins = {path.rpartition(".")[2]: path for path in BUILTINS}
    for name in without:
        if name not in builtins:
            raise PluginRefused(
                f"halkla.without names {name!r}, which is no built-in; there are {', '.join(builtins)}."
            )
    for name, path in builtins.items():
        if name not in without:
            manager.register(import_module(path), name=name)
    versions = {}
    installed = _installed()
    for name in enabled:
        _refuse_unusable(name, installed, builtins, manager)
        try:
            module = installed[name][0].load()
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            # Also sys.exit: a program that ends silently, and well, has not started.
            raise PluginRefused(
                f"The plugin {name!r} cannot be loaded: {said_of(problem)}. "
                "Correct it or take it out of halkla.plugins."
            ) from problem
        versions[name] = _version(installed[name][0])
        _register(manager, module, name)
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        _refuse_reserved(name)
        _register(manager, module, name)
    plugins = Plugins(
        manager, settings, tuple(builtins), versions, Guard(faults if faults is not None else Faults(), budgets)
    )
    plugins.learn()
    return plugins


def _asked_for(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _installed() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=PROJECT):
        # The same package seen twice (by its path and by its installation) is one.
        if point.value not in [known.value for known in found.setdefault(point.name, [])]:
            found[point.name].append(point)
    return found


def _version(point: EntryPoint) -> str:
    return point.dist.version if point.dist is not None else ""


def _refuse_unusable(
    name: str, installed: dict[str, list[EntryPoint]], builtins: dict[str, str], manager: pluggy.PluginManager
) -> None:
    _refuse_reserved(name)
    if name in builtins:
        raise PluginRefused(f"The plugin {name!r} in halkla.plugins is a built-in and always on; remove the line.")
    if name not in installed:
        known = ", ".join(sorted(installed)) or "none"
        raise PluginRefused(
            f"The plugin {name!r} is listed in halkla.plugins but not installed (installed: {known}); "
            "install it or correct the name."
        )
    if manager.has_plugin(name):
        raise PluginRefused(f"The plugin {name!r} is listed twice in halkla.plugins; remove one line.")
    if len(installed[name]) > 1:
        packages = " and ".join(sorted(point.value.partition(":")[0] for point in installed[name]))
        raise PluginRefused(f"Two packages call their plugin {name!r}: {packages}; uninstall one of them.")


def _refuse_reserved(name: str) -> None:
    if name == RESERVED:
        raise PluginRefused(
            f"The plugin {name!r} has the name under which the program keeps its own; give it another one."
        )


def _register(manager: pluggy.PluginManager, module: Any, name: str) -> None:
    _refuse_misspelt(manager, module, name)
    try:
        manager.register(module, name=name)
    except (pluggy.PluginValidationError, ValueError) as problem:
        raise PluginRefused(f"The plugin {name!r} does not fit: {problem}. Correct it or take it out.") from problem


def _refuse_misspelt(manager: pluggy.PluginManager, module: Any, name: str) -> None:
    """Refuse what nobody would ask: pluggy takes a marked function of any name for a hook."""
    for attribute in dir(module):
        options = manager.parse_hookimpl_opts(module, attribute)
        if options is None:
            if attribute in HOOKS and callable(getattr(module, attribute)):
                raise PluginRefused(
                    f"The plugin {name!r} defines {attribute} without @hookimpl, so that nobody would ask it; mark it."
                )
            continue
        function = getattr(module, attribute)
        hook = options.get("specname") or attribute
        if hook in HOOKS:
            _refuse_unfit(hook, function, options, name)
        elif hook.startswith("halkla_") or getattr(function, "__name__", "") not in HOOKS:
            # One that was imported under another name, to be called from here, is none that is misspelt.
            _refuse_unknown(hook, name)


def _refuse_unknown(hook: str, name: str) -> None:
    near = difflib.get_close_matches(hook, HOOKS, 1)
    meant = f"; did its author mean {near[0]}?" if near else "."
    raise PluginRefused(
        f"The plugin {name!r} answers {hook}, a hook that does not exist{meant} Correct it, or install "
        "the program it was written for."
    )


def _refuse_unfit(hook: str, function: Any, options: Mapping[str, Any], name: str) -> None:
    known = arguments_of(hook)
    if unknown := [asked for asked in _asked_for(function) if asked not in known]:
        raise PluginRefused(
            f"The plugin {name!r} asks for {unknown[0]!r} in {hook}, which gives "
            f"{', '.join(known) or 'no arguments'}; correct it, or install the program it was written for."
        )
    if options.get("hookwrapper") or options.get("wrapper"):
        raise PluginRefused(
            f"The plugin {name!r} wraps {hook}; hooks are answered, not wrapped. Correct it or take it out."
        )
