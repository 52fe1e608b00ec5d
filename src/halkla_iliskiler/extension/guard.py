"""One implementation, called on its own: whatever it does, the others still answer and nothing of ours breaks."""

import copy
import dataclasses
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .answers import TooLarge, WrongAnswer
from .budget import Budgets, run_within
from .faults import CHANGED, ENDED, LARGE, LATE, WRONG, Faults, where

__all__ = ["TRACE", "Guard", "Outcome"]

TRACE = "HALKLA_TRACE_HOOKS"
"""The environment variable that prints who answered what in how long."""


@dataclass(frozen=True)
class Outcome:
    """What an implementation answered; with a ``fault`` (its kind) there is no answer.

    ``problem`` is the exception, for those whose text is shown to somebody who may read it.
    """

    answer: Any = None
    fault: str = ""
    problem: BaseException | None = None


class Guard:
    """Calls implementations and keeps count of their faults."""

    def __init__(self, faults: Faults, budgets: Budgets | None = None) -> None:
        self.faults = faults
        self.budgets = budgets or Budgets()
        self._is_tracing = os.environ.get(TRACE) == "1"

    def call(
        self,
        plugin: str,
        hook: str,
        function: Callable[..., Any],
        given: Mapping[str, Any],
        taken: Callable[[Any], Any],
        seconds: float | None,
        *,
        may_fail: tuple[type[BaseException], ...] = (),
        may_quarantine: bool = True,
    ) -> Outcome:
        """Call *function* and return its answer or what it did wrong. Never raises.

        Without *seconds* it is called in this thread: that is for our own, and for what reckons for a moment while
        others wait. *taken* makes of what it says what is taken over, or raises
        :class:`~.answers.WrongAnswer`. Each implementation has copies of frozen arguments, so that the next one is
        given what this one was given. *may_fail* are exceptions that are no fault of the plugin's; *may_quarantine*
        says whether its faults count.
        """
        began = time.perf_counter()
        # Our own change nothing they are given.
        copies = given if seconds is None else {name: _copied(value) for name, value in given.items()}
        outcome, at_line = self._called(function, given, copies, taken, seconds)
        if outcome.fault and not (isinstance(outcome.problem, may_fail) and outcome.fault not in (WRONG, LARGE)):
            self.faults.note(plugin, hook, outcome.fault, at_line, may_quarantine=may_quarantine)
        if self._is_tracing:
            _trace(plugin, hook, outcome, time.perf_counter() - began)
        return outcome

    def _called(
        self,
        function: Callable[..., Any],
        given: Mapping[str, Any],
        copies: Mapping[str, Any],
        taken: Callable[[Any], Any],
        seconds: float | None,
    ) -> tuple[Outcome, str]:
        if seconds is None:
            return _called_here(function, given, taken)

        def answered() -> Any:
            # Looking at the answer, and at what became of the arguments, runs the plugin's code, too (properties,
            # comparisons): it belongs into the budget.
            answer = taken(function(**copies))
            if _has_changed(copies, given):
                raise _Changed
            return answer

        ran = run_within(seconds, answered)
        if ran.is_late:
            return Outcome(fault=LATE), ""
        if ran.ended_transaction:
            return Outcome(fault=ENDED), ""
        if ran.problem is not None:
            return _faulty(ran.problem)
        return Outcome(ran.answer), ""


class _Changed(Exception):
    """What was given to be read is not what it was."""


def _called_here(
    function: Callable[..., Any], given: Mapping[str, Any], taken: Callable[[Any], Any]
) -> tuple[Outcome, str]:
    try:
        return Outcome(taken(function(**given))), ""
    except KeyboardInterrupt:
        raise  # somebody at the terminal: this is the thread that hears them
    except BaseException as problem:  # noqa: BLE001  (whatever it is, no reason to lose a ticket)
        return _faulty(problem)


def _faulty(problem: BaseException) -> tuple[Outcome, str]:
    if isinstance(problem, TooLarge):
        return Outcome(fault=LARGE, problem=problem), ""
    if isinstance(problem, WrongAnswer):
        return Outcome(fault=WRONG, problem=problem), ""
    if isinstance(problem, _Changed):
        return Outcome(fault=CHANGED), ""
    return Outcome(fault=type(problem).__name__, problem=problem), where(problem)


def _is_frozen(value: object) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


_PLAIN = frozenset({type(None), bool, int, float, str, bytes, date, datetime, timedelta})


def _copied(value: Any) -> Any:
    """Copy a frozen value: its fields one by one, because ``deepcopy`` of a ticket costs as much as asking a plugin."""
    if not _is_frozen(value) or not hasattr(value, "__dict__"):
        return copy.deepcopy(value) if _is_frozen(value) else value
    twin = object.__new__(type(value))
    for name, held in vars(value).items():
        whole = held if type(held) in _PLAIN else _copied(held) if _is_frozen(held) else copy.deepcopy(held)
        twin.__dict__[name] = whole
    return twin


def _has_changed(copies: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    try:
        return any(copies[name] != value for name, value in given.items() if _is_frozen(value))
    except BaseException:  # noqa: BLE001  (what cannot even be compared any more)
        return True


def _trace(plugin: str, hook: str, outcome: Outcome, seconds: float) -> None:
    """Print one line to standard error: kinds and sizes, never a value."""
    answer = outcome.answer
    if outcome.fault:
        said = outcome.fault
    elif isinstance(answer, (list, tuple)):
        said = f"{len(answer)} values"
    else:
        said = "nothing" if answer is None else type(answer).__name__
    sys.stderr.write(f"hook {hook} {plugin}: {said} in {1000 * seconds:.2f} ms\n")
