"""Loading the built-ins and the plugins the ini lists. What is wrong refuses the start, in a sentence with a cure."""

import difflib
import inspect
from collections.abc import Sequence
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
from .refusals import PluginRefused

__all__ = ["BUILTINS", "build_plugins"]

BUILTINS = (
    "halkla_iliskiler.builtin.branding",
    "halkla_iliskiler.builtin.channels",
    "halkla_iliskiler.builtin.feedback",
    "halkla_iliskiler.builtin.routing",
    "halkla_iliskiler.builtin.rules",
)
"""The core's own implementations, loaded by name like any plugin; nothing imports them."""


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
        except Exception as problem:
            raise PluginRefused(
                f"The plugin {name!r} cannot be loaded: {problem!r}. Correct it or take it out of halkla.plugins."
            ) from problem
        versions[name] = _version(installed[name][0])
        _register(manager, module, name)
    for module in modules:
        _register(manager, module, module.__name__.rpartition(".")[2])
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


def _register(manager: pluggy.PluginManager, module: Any, name: str) -> None:
    _refuse_misspelt(manager, module, name)
    try:
        manager.register(module, name=name)
    except (pluggy.PluginValidationError, ValueError) as problem:
        raise PluginRefused(f"The plugin {name!r} does not fit: {problem}. Correct it or take it out.") from problem


def _refuse_misspelt(manager: pluggy.PluginManager, module: Any, name: str) -> None:
    for attribute in dir(module):
        if not attribute.startswith("halkla_"):
            continue
        options = manager.parse_hookimpl_opts(module, attribute)
        if options is None:
            if attribute in HOOKS and callable(getattr(module, attribute)):
                raise PluginRefused(
                    f"The plugin {name!r} defines {attribute} without @hookimpl, so that nobody would ask it; mark it."
                )
            continue
        if attribute not in HOOKS:
            near = difflib.get_close_matches(attribute, HOOKS, 1)
            meant = f"; did its author mean {near[0]}?" if near else "."
            raise PluginRefused(
                f"The plugin {name!r} answers {attribute}, a hook that does not exist{meant} Correct it, or install "
                "the program it was written for."
            )
        known = arguments_of(attribute)
        if unknown := [name for name in _asked_for(getattr(module, attribute)) if name not in known]:
            raise PluginRefused(
                f"The plugin {name!r} asks for {unknown[0]!r} in {attribute}, which gives "
                f"{', '.join(known) or 'no arguments'}; correct it, or install the program it was written for."
            )
        if options.get("hookwrapper") or options.get("wrapper"):
            raise PluginRefused(
                f"The plugin {name!r} wraps {attribute}; hooks are answered, not wrapped. Correct it or take it out."
            )
