"""What plugins are asked outside any transaction: panels of a page, pages, jobs, and whether they work at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..domain.access import allows
from ..domain.errors import Forbidden
from ..domain.views import TicketView
from ..domain.workflow import Permission
from ..extension import PerPlugin
from ..extension.answers import WrongAnswer
from ..hookspecs.values import Asked, Job, Page, Panel, Refused, Said, Tried
from ..storage import GateBusy
from .house import house_of

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["FOLLOW_PANELS", "TICKET_PANELS", "PluginCalls", "PluginPanel", "as_json"]

_LARGEST_PAGE = 8_000_000
"""Characters and bytes of a page's values, and of a file it gives."""
FOLLOW_PANELS, TICKET_PANELS = "halkla_follow_panels", "halkla_ticket_panels"


_CONTENT_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}(; ?[\w-]{1,40}=[\w.+-]{1,100})?", re.ASCII)


def as_json(data: object) -> bytes:
    """Return what a machine's page answers, as it is sent.

    Raises:
        ValueError: it cannot be written as JSON (a number that is none).
        TypeError: neither can this (keys that are no texts).
    """
    return json.dumps(data, ensure_ascii=False, allow_nan=False, default=str).encode()


def _sendable(answer: Any) -> Any:
    """Return what a page or a panel answers when a browser or a program can be sent it."""
    if not isinstance(answer, Said):
        return answer
    if not 200 <= answer.status <= 599:
        raise WrongAnswer("a status from 200 to 599 is expected")
    if answer.file is not None and not _CONTENT_TYPE.fullmatch(answer.file[1]):
        raise WrongAnswer("a content type is expected")
    if answer.data is not None:
        _sendable_to_a_program(answer.data)
    return answer


def _sendable_to_a_program(data: Any) -> Any:
    if isinstance(data, Said):
        return _sendable(data)
    try:
        as_json(data)
    except (TypeError, ValueError):
        raise WrongAnswer("what can be written as JSON is expected") from None
    return data


def _nobody(_permission: str) -> bool:
    return False


@dataclass(frozen=True)
class PluginPanel:
    """A panel with the plugin that gives it."""

    plugin: str
    panel: Panel


class PluginCalls:
    """Asks plugins in the name of whoever the services act for. Nothing here raises what a plugin raises."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def _house(self) -> PerPlugin:
        return PerPlugin(lambda plugin: house_of(self._services, plugin))

    def panels(self, hook: str, ticket: TicketView, may: Callable[[str], bool] = _nobody) -> list[PluginPanel]:
        """Return the panels of :data:`FOLLOW_PANELS` or :data:`TICKET_PANELS`, in the order of the ini.

        *may* answers whether whoever looks has a permission on the ticket, for panels that ask for one.
        """
        plugins = self._services.assembly.extensions.plugins
        if not plugins.answering(hook):
            return []
        answers = plugins.collect(hook, plugins.budgets.panel, ticket=ticket, house=self._house)
        found = [PluginPanel(plugin, panel) for plugin, panels in answers for panel in panels]
        return [one for one in found if not one.panel.permission or may(one.panel.permission)]

    def panel_said(
        self,
        hook: str,
        plugin: str,
        code: str,
        ticket: TicketView,
        asked: Asked,
        may: Callable[[str], bool] = _nobody,
    ) -> Said | None:
        """Let a panel answer its form; ``None`` when the panel is not offered, or the plugin failed."""
        plugins = self._services.assembly.extensions.plugins
        outcome = plugins.one(hook, plugin, plugins.budgets.panel, ticket=ticket, house=self._house)
        panel = next((panel for panel in outcome.answer or () if panel.code == code), None)
        if panel is None or panel.said is None or (panel.permission and not may(panel.permission)):
            return None
        return self._said(
            plugin, f"the panel {code}", panel.said, plugins.budgets.page, Said, _sendable, asked=asked, ticket=ticket
        )

    def page_shown(self, plugin: str, page: Page, asked: Asked) -> Mapping[str, object] | Said | None:
        """Let a page say what it shows; ``None`` when it failed."""
        if page.show is None:
            return {}
        budget = self._services.assembly.extensions.plugins.budgets.page
        sound = _sendable_to_a_program if page.is_machine else _sendable
        return self._said(
            plugin, f"the page {page.code}", page.show, budget, Mapping[str, Any] | Said, sound, asked=asked
        )

    def page_said(self, plugin: str, page: Page, asked: Asked) -> Said | None:
        """Let a page answer what was sent; ``None`` when it failed or answers nothing."""
        if page.said is None:
            return None
        budget = self._services.assembly.extensions.plugins.budgets.page
        return self._said(plugin, f"the page {page.code}", page.said, budget, Said, _sendable, asked=asked)

    def _said(
        self,
        plugin: str,
        what: str,
        function: Callable[..., Any],
        seconds: float,
        expected: Any,
        sound: Callable[[Any], Any],
        **given: Any,
    ) -> Any:
        plugins = self._services.assembly.extensions.plugins
        house = house_of(self._services, plugin)
        # What it is given by place, not by name: a page is any function.
        outcome = plugins.run(
            plugin,
            what,
            _in_place(function),
            seconds,
            expected,
            largest=_LARGEST_PAGE,
            sound=sound,
            **given,
            house=house,
        )
        if isinstance(outcome.problem, GateBusy):
            raise outcome.problem
        if isinstance(outcome.problem, Refused):
            # What the house refuses is no fault of the plugin's; what it says is for people.
            return Said(problem=str(outcome.problem), values={}, status=422)
        return None if outcome.fault else outcome.answer

    def try_it(self, plugin: str) -> Tried:
        """Let a plugin try out whether it works (raises :class:`Forbidden`); a failure is an answer, too."""
        if not allows(self._services.actor, Permission.ADMINISTER):
            raise Forbidden(Permission.ADMINISTER)
        plugins = self._services.assembly.extensions.plugins
        outcome = plugins.one("halkla_try_it", plugin, plugins.budgets.button, house=self._house)
        if outcome.fault:
            return Tried(False, outcome.fault)
        answer: Tried = outcome.answer
        return answer

    def can_be_tried(self, plugin: str) -> bool:
        """Tell whether a plugin offers the button."""
        return plugin in self._services.assembly.extensions.plugins.answering("halkla_try_it")

    def run_job(self, plugin: str, job: Job) -> int:
        """Run a job of a plugin. Return how much there was to do; 0 when it failed."""
        plugins = self._services.assembly.extensions.plugins
        house = house_of(self._services, plugin)
        outcome = plugins.run(plugin, f"the job {job.code}", _in_place(job.run), plugins.budgets.job, int, house=house)
        return 0 if outcome.fault else int(outcome.answer)


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **given: function(*given.values())
