"""What the providers answered, collected once and frozen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NoReturn

from ..domain.city import (
    Body,
    Brand,
    Category,
    Danger,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from ..domain.demo import DemoTicket
from ..domain.feedback import Channel, FeedbackMethod
from ..domain.outbox import DeliveryState
from ..hookspecs.values import Job, Page
from .manager import Plugins
from .methods import guarded
from .refusals import PluginRefused

__all__ = ["CityData", "Extensions"]


@dataclass(frozen=True)
class CityData:
    """The seed of a city, as its providers give it."""

    departments: tuple[Department, ...]
    categories: tuple[Category, ...]
    neighbourhoods: tuple[Neighbourhood, ...]
    bodies: tuple[Body, ...]
    reply_templates: tuple[ReplyTemplate, ...]
    questions: tuple[Question, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    dangers: tuple[Danger, ...] = ()

    @classmethod
    def collect(cls, plugins: Plugins) -> "CityData":
        """Ask the providers (raises :class:`PluginRefused` for a code given twice or a dangling reference)."""
        data = cls(**{field.name: tuple(_collect(plugins, f"halkla_{field.name}").values()) for field in fields(cls)})
        data.refuse_dangling_references()
        return data

    def refuse_dangling_references(self) -> None:
        """Refuse a category whose department, body or question nobody provides, and a danger whose body is unknown."""
        departments = {department.code for department in self.departments}
        bodies = {body.code for body in self.bodies}
        questions = {question.code for question in self.questions}
        for category in self.categories:
            if category.department not in departments:
                raise PluginRefused(f"Category {category.code} names the unknown department {category.department}.")
            if category.often_body and category.often_body not in bodies:
                raise PluginRefused(f"Category {category.code} names the unknown body {category.often_body}.")
            for question in category.questions:
                if question not in questions:
                    raise PluginRefused(f"Category {category.code} asks the unknown question {question}.")
        for danger in self.dangers:
            if danger.body and danger.body not in bodies:
                raise PluginRefused(f"Danger {danger.code} names the unknown body {danger.body}.")


@dataclass(frozen=True)
class Extensions:
    """What the plugins contribute to the running system.

    ``owners`` says which plugin gave a channel or a method, by the hook and the code. ``pages`` and ``jobs`` are each
    plugin's own, in the order of the ini.
    """

    plugins: Plugins
    brand: Brand
    channels: Mapping[str, Channel]
    feedback_methods: Mapping[str, FeedbackMethod]
    pages: tuple[tuple[str, Page], ...] = ()
    jobs: tuple[tuple[str, Job], ...] = ()
    owners: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def collect(cls, plugins: Plugins) -> "Extensions":
        """Ask every start-up hook (raises :class:`PluginRefused`)."""
        owners: dict[tuple[str, str], str] = {}
        brand = next((brand for _, brand in plugins.ask("halkla_choose_brand") if brand is not None), None)
        channels = _collect(plugins, "halkla_channels", owners)
        methods = _collect(plugins, "halkla_feedback_methods", owners)
        if brand is None:
            raise PluginRefused(
                "Nobody gives the city's name: take branding out of halkla.without, or list a plugin that gives it."
            )
        _refuse_what_the_core_needs(channels, methods)
        _refuse_odd_codes("halkla_channels", channels, owners)
        _refuse_odd_codes("halkla_feedback_methods", methods, owners)
        for code, method in methods.items():
            guarded(plugins, owners["halkla_feedback_methods", code], method)
        for name in plugins.names:
            plugins.schema(name)
        return cls(
            plugins=plugins,
            brand=brand,
            channels=MappingProxyType(channels),
            feedback_methods=MappingProxyType(methods),
            pages=tuple(_own(plugins, "halkla_pages")),
            jobs=_timely(_own(plugins, "halkla_jobs")),
            owners=MappingProxyType(owners),
        )

    def owner_of(self, hook: str, code: str) -> str:
        """Return the plugin that gave a channel or a method."""
        return self.owners.get((hook, code), "")

    def city_data(self) -> CityData:
        """Ask the providers of the city's data."""
        return CityData.collect(self.plugins)

    def demo_tickets(
        self, present: datetime, count: int = 0, oldest: float = 1440.0, newest: float = 0.0
    ) -> list[DemoTicket]:
        """Ask for the invented applications of a stretch of a demonstration, about *count*; times are hours ago."""
        given = {"count": count, "present": present, "oldest": oldest, "newest": newest}
        return [ticket for _, tickets in self.plugins.ask("halkla_demo_tickets", **given) for ticket in tickets]


def _refuse_what_the_core_needs(channels: Mapping[str, Any], methods: Mapping[str, Any]) -> None:
    """Refuse a site without its form, or with somebody whom nothing reaches."""
    if "web" not in channels:
        raise PluginRefused(
            "Nobody gives the channel 'web', by which the citizens' form comes in: take channels out of "
            "halkla.without, or list a plugin that gives it."
        )
    if not any(method.initial_state is DeliveryState.STANDING for method in methods.values()):
        raise PluginRefused(
            "Nothing reaches somebody who leaves no address: take feedback out of halkla.without, or list a plugin "
            "whose method stands on the follow page."
        )


def _refuse_odd_codes(hook: str, codes: Iterable[str], owners: Mapping[tuple[str, str], str]) -> None:
    """Refuse a code that would stand in addresses and stored entries and cannot."""
    for code in codes:
        if not _CODE.fullmatch(code):
            _refuse_code(owners[hook, code], hook, code)


def _refuse_code(plugin: str, hook: str, code: str) -> NoReturn:
    short = code if len(code) <= _LONGEST_CODE else f"{code[:_LONGEST_CODE]}…"
    raise PluginRefused(
        f"The plugin {plugin!r} answered {hook} with the code {short!r}; codes are made of small letters, digits, _ "
        f"and -, {_LONGEST_CODE} at most."
    )


def _timely(jobs: list[tuple[str, Job]]) -> tuple[tuple[str, Job], ...]:
    """Refuse a job that would be due again before it has begun."""
    for plugin, job in jobs:
        if job.every <= timedelta():
            raise PluginRefused(
                f"The plugin {plugin!r} wants its job {job.code!r} done every {job.every}; give a time above zero."
            )
    return tuple(jobs)


def _collect(plugins: Plugins, hook: str, owners: dict[tuple[str, str], str] | None = None) -> dict[str, Any]:
    """Return what all plugins answered, by code. A code given twice is refused."""
    collected: dict[str, Any] = {}
    given_by: dict[str, str] = {}
    for plugin, answers in plugins.ask(hook):
        for answer in answers:
            code = getattr(answer, "code", None)
            if not isinstance(code, str) or not code:
                raise PluginRefused(f"The plugin {plugin!r} answered {hook} with something that has no code.")
            if code in collected:
                raise PluginRefused(
                    f"{hook}: the code {code!r} is given by {given_by[code]!r} and by {plugin!r}; "
                    "one of them has to change."
                )
            collected[code] = answer
            given_by[code] = plugin
    if owners is not None:
        owners.update({(hook, code): plugin for code, plugin in given_by.items()})
    return collected


def _own(plugins: Plugins, hook: str) -> list[tuple[str, Any]]:
    """Return what each plugin gives for itself, in the order of the ini. One code twice of one plugin is refused."""
    found: list[tuple[str, Any]] = []
    for plugin, answers in reversed(list(plugins.ask(hook))):
        codes: set[str] = set()
        for answer in answers:
            if not _CODE.fullmatch(answer.code):
                _refuse_code(plugin, hook, answer.code)
            if answer.code in codes:
                raise PluginRefused(
                    f"The plugin {plugin!r} answered {hook} with the code {answer.code!r} twice; one has to change."
                )
            codes.add(answer.code)
            found.append((plugin, answer))
    return found


_LONGEST_CODE = 64
_CODE = re.compile(f"[a-z][a-z0-9_-]{{0,{_LONGEST_CODE - 1}}}")
