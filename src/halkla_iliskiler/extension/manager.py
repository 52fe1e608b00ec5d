"""Which plugins are on, in which order, and how one hook is asked.

Order and activation are a list in the ini: unlisted is off, and the last line wins. Each implementation is called
on its own, because pluggy alone stops at the first exception and does not say whose it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

import pluggy

from ..hookspecs import FAMILIES, PROJECT

__all__ = ["BUILTINS", "PluginRefused", "Plugins", "build_plugins"]

BUILTINS = (
    "halkla_iliskiler.builtin.branding",
    "halkla_iliskiler.builtin.channels",
    "halkla_iliskiler.builtin.feedback",
)
"""The core's own implementations, loaded by name like any plugin; nothing imports them."""


class PluginRefused(Exception):
    """A plugin cannot be used; ``str()`` names it and the cure. The program does not start."""


class Plugins:
    """The enabled plugins, asked hook by hook."""

    def __init__(self, manager: pluggy.PluginManager, settings: Mapping[str, str]) -> None:
        self._manager = manager
        self._settings = settings

    @property
    def names(self) -> list[str]:
        """The names of the enabled plugins, in the order of the ini, built-ins first."""
        return [name for name, _ in self._manager.list_name_plugin()]

    def module_of(self, name: str) -> Any:
        """Return the module a plugin is."""
        return self._manager.get_plugin(name)

    def hooks_of(self, name: str) -> list[str]:
        """Return the names of the hooks a plugin answers."""
        callers = self._manager.get_hookcallers(self.module_of(name)) or []
        return sorted(caller.name for caller in callers)

    def ask(self, hook: str) -> Iterator[tuple[str, Any]]:
        """Yield ``(plugin name, answer)`` of every implementation, the one listed last in the ini first.

        Raises:
            PluginRefused: an implementation raised. Start-up hooks only are asked this way.
        """
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            given = {"settings": self._settings_of(implementation.plugin)}
            try:
                answer = implementation.function(*(given[name] for name in implementation.argnames))
            except PluginRefused:
                raise
            except Exception as problem:
                raise PluginRefused(
                    f"The plugin {implementation.plugin_name!r} failed in {hook}: {problem!r}. "
                    "Correct it or take it out of halkla.plugins."
                ) from problem
            yield implementation.plugin_name, answer

    def _settings_of(self, module: Any) -> dict[str, str]:
        prefix = module.__name__.partition(".")[0] + "."
        found = {key[len(prefix) :]: value for key, value in self._settings.items() if key.startswith(prefix)}
        return _Settings(prefix, found)


class _Settings(dict[str, str]):
    """A plugin's settings; one that it cannot do without is asked for by its full name."""

    def __init__(self, prefix: str, found: Mapping[str, str]) -> None:
        super().__init__(found)
        self._prefix = prefix

    def __missing__(self, name: str) -> str:
        raise PluginRefused(f"The setting {self._prefix}{name} is missing; the plugin cannot work without it.")


def build_plugins(enabled: Sequence[str], settings: Mapping[str, str], modules: Sequence[ModuleType] = ()) -> Plugins:
    """Load the built-ins, the *enabled* plugins, and *modules* that are plugins without being installed, in that order.

    Raises:
        PluginRefused: one is listed but not installed, listed twice, cannot be imported, or answers an unknown hook.
    """
    manager = pluggy.PluginManager(PROJECT)
    for family in FAMILIES:
        manager.add_hookspecs(family)
    for path in BUILTINS:
        manager.register(import_module(path), name=path.rpartition(".")[2])
    installed = {point.name: point for point in entry_points(group=PROJECT)}
    for name in enabled:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "none"
            raise PluginRefused(
                f"The plugin {name!r} is listed in halkla.plugins but not installed (installed: {known}); "
                "install it or correct the name."
            )
        if manager.has_plugin(name):
            raise PluginRefused(f"The plugin {name!r} is listed twice in halkla.plugins; remove one line.")
        try:
            manager.register(installed[name].load(), name=name)
        except Exception as problem:
            raise PluginRefused(f"The plugin {name!r} cannot be loaded: {problem!r}.") from problem
    for module in modules:
        manager.register(module, name=module.__name__.rpartition(".")[2])
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as problem:
        raise PluginRefused(f"A plugin answers a hook that does not exist: {problem}") from problem
    return Plugins(manager, settings)
