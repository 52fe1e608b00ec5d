"""Which plugins are on, in which order, and how their hooks are asked.

Order and activation are a list in the ini: unlisted is off, and the last line wins. Each implementation is called on
its own behind a guard, because pluggy alone stops at the first exception and does not say whose it was.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pluggy

from ..domain.steps import Step
from ..domain.views import EVENT_NAMES
from ..hookspecs.values import API_VERSION, OLDEST_API_VERSION, POWERS, About
from .answers import LARGEST, answer_to, plain
from .budget import Budgets
from .faults import LARGE, LATE, WRONG, Faults
from .guard import Guard, Outcome
from .live_settings import LiveSettings
from .refusals import PluginRefused

__all__ = ["PerPlugin", "Plugins"]


@dataclass(frozen=True)
class PerPlugin:
    """An argument that is another one for each plugin (its house)."""

    of: Callable[[str], Any]


class Plugins:
    """The enabled plugins, asked hook by hook.

    ``settings_source`` answers a plugin's settings once somebody knows better than the ini (its page); until then, and
    where it answers ``None``, they are the ini's.
    """

    def __init__(
        self,
        manager: pluggy.PluginManager,
        settings: Mapping[str, str],
        builtins: tuple[str, ...] = (),
        versions: Mapping[str, str] | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._manager = manager
        self._settings = settings
        self._builtins = frozenset(builtins)
        self._versions = versions or {}
        self.guard = guard or Guard(Faults())
        self.not_their_fault: tuple[type[BaseException], ...] = (PluginRefused,)
        """What the house raises itself when a plugin asks it for something; set by whoever makes the house."""
        self.settings_source: Callable[[str], Mapping[str, Any] | None] | None = None
        self._about: dict[str, About] = {}
        self._answering: dict[str, tuple[Any, ...]] = {}

    # -- what there is -----------------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """What they have done wrong."""
        return self.guard.faults

    @property
    def budgets(self) -> Budgets:
        """How long they may take."""
        return self.guard.budgets

    @property
    def names(self) -> list[str]:
        """The names of the enabled plugins, in the order of the ini, built-ins first."""
        return [name for name, _ in self._manager.list_name_plugin()]

    def is_builtin(self, name: str) -> bool:
        """Tell whether a plugin is one of the core's own."""
        return name in self._builtins

    def module_of(self, name: str) -> Any:
        """Return the module a plugin is."""
        return self._manager.get_plugin(name)

    def version_of(self, name: str) -> str:
        """Return the version of the package a plugin came in; empty for built-ins and what is not installed."""
        return self._versions.get(name, "")

    def hooks_of(self, name: str) -> list[str]:
        """Return the names of the hooks a plugin answers."""
        callers = self._manager.get_hookcallers(self.module_of(name)) or []
        return sorted(caller.name for caller in callers)

    def answering(self, hook: str) -> tuple[str, ...]:
        """Return the plugins that answer a hook, the one listed last in the ini first, in quarantine or not."""
        return tuple(implementation.plugin_name for implementation in self._implementations(hook))

    def about(self, name: str) -> About:
        """Return what a plugin says of itself."""
        return self._about.get(name) or About(name)

    def schema(self, name: str) -> Any:
        """Return the schema of a plugin's settings; ``None`` when it has none. Each call gives another copy."""
        for implementation in self._implementations("halkla_settings_schema"):
            if implementation.plugin_name == name:
                return self._answer("halkla_settings_schema", implementation)
        return None

    def steps(self) -> list[tuple[str, Step]]:
        """Return the evolve steps of the plugins, in the order of the ini, built-ins first.

        Raises:
            PluginRefused: an implementation failed, or gives one code twice.
        """
        found: dict[tuple[str, str], Step] = {}
        for plugin, steps in reversed(list(self.ask("halkla_evolve_steps"))):
            for step in steps:
                if (plugin, step.code) in found:
                    raise PluginRefused(
                        f"The plugin {plugin!r} gives two evolve steps {step.code!r}; rename one of them."
                    )
                found[plugin, step.code] = step
        return [(plugin, step) for (plugin, _), step in found.items()]

    # -- at start-up: whoever fails refuses it -----------------------------------------------------------------------

    def ask(self, hook: str, **given: Any) -> Iterator[tuple[str, Any]]:
        """Yield ``(plugin name, answer)`` of every implementation, the one listed last in the ini first.

        *given* are the hook's own arguments; an implementation names those it wants.

        Raises:
            PluginRefused: an implementation failed. Start-up hooks only are asked this way.
        """
        for implementation in self._implementations(hook):
            yield implementation.plugin_name, self._answer(hook, implementation, given)

    def _answer(self, hook: str, implementation: Any, given: Mapping[str, Any] | None = None) -> Any:
        name = implementation.plugin_name
        outcome = self._call(hook, implementation, dict(given or {}), self.budgets.start)
        if isinstance(outcome.problem, PluginRefused):
            raise outcome.problem
        if outcome.fault:
            raise PluginRefused(
                f"The plugin {name!r} failed in {hook}: {_failed(outcome)}. Correct it or take it out of "
                "halkla.plugins."
            ) from outcome.problem
        return outcome.answer

    def learn(self) -> None:
        """Ask each plugin what it is.

        Raises:
            PluginRefused: it was written for another version of the api, or wants a power that does not exist.
        """
        self._about = dict(self.ask("halkla_about"))
        for name, about in self._about.items():
            if about.api > API_VERSION:
                raise PluginRefused(
                    f"The plugin {name!r} needs version {about.api} of the api, this program offers {API_VERSION}; "
                    "install a newer program or an older version of the plugin."
                )
            if about.api < OLDEST_API_VERSION:
                raise PluginRefused(
                    f"The plugin {name!r} was written for version {about.api} of the api, this program needs "
                    f"{OLDEST_API_VERSION}; install a newer version of the plugin."
                )
            _refuse_unknown(name, "power", about.powers, POWERS)
            _refuse_unknown(name, "event", about.events, EVENT_NAMES)

    # -- while it runs: whoever fails is reported, and the others answer ---------------------------------------------

    def choose(self, hook: str, accept: Callable[[Any], bool], **given: Any) -> Any:
        """Return the first answer that is not ``None`` and that *accept* finds good; ``None`` when there is none.

        Asked while something is being saved: each has the budget of a transaction.
        """
        for implementation in self._asked(hook):
            outcome = self._call(hook, implementation, given, self.budgets.transaction)
            if outcome.fault or outcome.answer is None:
                continue
            # It is made of exact plain values by now: nothing of the plugin's runs here.
            if accept(outcome.answer):
                return outcome.answer
            self.faults.note(implementation.plugin_name, hook, WRONG, may_quarantine=self._counts(implementation))
        return None

    def check(self, hook: str, **given: Any) -> Any:
        """Return the first veto; ``None`` when nobody has anything against it. Who fails has no veto."""
        return self.choose(hook, lambda _veto: True, **given)

    def collect(self, hook: str, seconds: float, **given: Any) -> list[tuple[str, Any]]:
        """Return ``(plugin name, answer)`` of every implementation that answers, in the order of the ini."""
        found = []
        for implementation in reversed(self._asked(hook)):
            outcome = self._call(hook, implementation, given, seconds)
            if not outcome.fault:
                found.append((implementation.plugin_name, outcome.answer))
        return found

    def one(self, hook: str, plugin: str, seconds: float, **given: Any) -> Outcome:
        """Ask one plugin. One that does not answer the hook, or is in quarantine, has the fault ``not asked``."""
        for implementation in self._asked(hook):
            if implementation.plugin_name == plugin:
                return self._call(hook, implementation, given, seconds)
        return Outcome(fault="not asked")

    def run(
        self,
        plugin: str,
        what: str,
        function: Callable[..., Any],
        seconds: float | None,
        expected: Any,
        *,
        may_fail: tuple[type[BaseException], ...] = (),
        largest: int = LARGEST,
        keeps_marks: bool = True,
        sound: Callable[[Any], Any] = lambda answer: answer,
        **given: Any,
    ) -> Outcome:
        """Call a function that a plugin gave with a hook (a page, a job, a method), behind the same guard.

        *what* is its name in log and count, *expected* the annotation of its answer, *largest* how much that may be,
        *keeps_marks* whether texts in it may stay marked for translation. *sound* returns the answer when it can be
        used, and otherwise raises :class:`~.answers.WrongAnswer`.
        """
        if self.faults.is_quarantined(plugin):
            return Outcome(fault="not asked")
        budget = None if self.is_builtin(plugin) else seconds
        is_counted = not self.is_builtin(plugin)
        return self.guard.call(
            plugin,
            what,
            function,
            given,
            lambda answer: sound(plain(answer, expected, largest, keeps_marks=keeps_marks)),
            budget,
            may_fail=(*self.not_their_fault, *may_fail),
            may_quarantine=is_counted,
        )

    # -- inside ------------------------------------------------------------------------------------------------------

    def _implementations(self, hook: str) -> tuple[Any, ...]:
        known = self._answering.get(hook)
        if known is None:
            known = self._answering[hook] = tuple(reversed(getattr(self._manager.hook, hook).get_hookimpls()))
        return known

    def _asked(self, hook: str) -> list[Any]:
        return [one for one in self._implementations(hook) if not self.faults.is_quarantined(one.plugin_name)]

    def _counts(self, implementation: Any) -> bool:
        return implementation.plugin_name not in self._builtins

    def _call(self, hook: str, implementation: Any, given: Mapping[str, Any], seconds: float) -> Outcome:
        name = implementation.plugin_name
        is_ours = name in self._builtins
        arguments = {}
        for argument in implementation.argnames:
            value = given[argument] if argument in given else self.settings_of(name)
            arguments[argument] = value.of(name) if isinstance(value, PerPlugin) else value
        return self.guard.call(
            name,
            hook,
            implementation.function,
            arguments,
            lambda answer: answer_to(hook, answer),
            None if is_ours else seconds,
            may_fail=self.not_their_fault,
            may_quarantine=not is_ours,
        )

    def settings_of(self, name: str) -> LiveSettings:
        """Return a plugin's settings: a mapping that always answers what holds now."""
        prefix = self.module_of(name).__name__.partition(".")[0] + "."
        of_ini = {key[len(prefix) :]: value for key, value in self._settings.items() if key.startswith(prefix)}

        def read() -> Mapping[str, Any]:
            known = self.settings_source(name) if self.settings_source is not None else None
            return of_ini if known is None else known

        return LiveSettings(prefix, read)


def _refuse_unknown(plugin: str, what: str, wanted: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in known:
            raise PluginRefused(
                f"The plugin {plugin!r} wants the {what} {name!r}, which does not exist; known are {', '.join(known)}."
            )


def _failed(outcome: Outcome) -> str:
    if outcome.fault == WRONG:
        return f"it answered with something else than its specification says ({outcome.problem})"
    if outcome.fault == LARGE:
        return "it answered with more than a program can use"
    if outcome.fault == LATE:
        return "it did not answer in time"
    return repr(outcome.problem) if outcome.problem else f"it {outcome.fault}"
