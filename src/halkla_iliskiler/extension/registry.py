"""What the providers answered, collected once and frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

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
from .manager import PluginRefused, Plugins

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
    """What the plugins contribute to the running system."""

    plugins: Plugins
    brand: Brand
    channels: Mapping[str, Channel]
    feedback_methods: Mapping[str, FeedbackMethod]

    @classmethod
    def collect(cls, plugins: Plugins) -> "Extensions":
        """Ask every start-up hook (raises :class:`PluginRefused`)."""
        brands = (brand for _, brand in plugins.ask("halkla_choose_brand") if brand is not None)
        return cls(
            plugins=plugins,
            brand=next(brands),
            channels=MappingProxyType(_collect(plugins, "halkla_channels")),
            feedback_methods=MappingProxyType(_collect(plugins, "halkla_feedback_methods")),
        )

    def city_data(self) -> CityData:
        """Ask the providers of the city's data."""
        return CityData.collect(self.plugins)

    def demo_tickets(self) -> list[DemoTicket]:
        """Ask for the invented applications of a demonstration."""
        return [ticket for _, tickets in self.plugins.ask("halkla_demo_tickets") for ticket in tickets]


def _collect(plugins: Plugins, hook: str) -> dict[str, Any]:
    collected: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for plugin, answers in plugins.ask(hook):
        for answer in _checked(plugin, hook, answers):
            if answer.code in collected:
                raise PluginRefused(
                    f"{hook}: the code {answer.code!r} is given by {owners[answer.code]!r} and by {plugin!r}; "
                    "one of them has to change."
                )
            collected[answer.code] = answer
            owners[answer.code] = plugin
    return collected


def _checked(plugin: str, hook: str, answers: object) -> Iterable[Any]:
    if not isinstance(answers, (list, tuple)) or not all(isinstance(getattr(a, "code", None), str) for a in answers):
        raise PluginRefused(f"The plugin {plugin!r} answered {hook} with something else than a list of coded values.")
    return answers
