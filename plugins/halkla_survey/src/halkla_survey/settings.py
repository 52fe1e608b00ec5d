"""What the city decides, and the form it is made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import colander
from deform.widget import CheckboxWidget

from .words import _

__all__ = ["Settings", "schema"]


@dataclass(frozen=True)
class Settings:
    """The settings, read. ``minimum`` is the number of answers below which no rate is told."""

    by_email: bool = True
    by_telephone: bool = True
    asked_for: timedelta = timedelta(days=30)
    changed_for: timedelta = timedelta(days=7)
    minimum: int = 10

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Settings":
        """Read what the house gives."""
        return cls(
            bool(settings.get("by_email", True)),
            bool(settings.get("by_telephone", True)),
            timedelta(days=int(settings.get("ask_days", 30))),
            timedelta(days=int(settings.get("change_days", 7))),
            int(settings.get("minimum", 10)),
        )


def schema() -> colander.SchemaNode:
    """Return the schema of the settings; each has a default."""
    made = colander.SchemaNode(colander.Mapping())

    def add(node_type: Any, name: str, title: str, description: str = "", **more: Any) -> None:
        made.add(colander.SchemaNode(node_type, name=name, title=title, description=description, **more))

    add(
        colander.Boolean(), "by_email", _("Ask by e-mail after closing"),
        _("One message, to whoever left an address; never about a sensitive matter."),
        missing=True, widget=CheckboxWidget(),
    )  # fmt: skip
    add(
        colander.Boolean(), "by_telephone", _("Let the centre write down an answer given on the telephone"),
        missing=True, widget=CheckboxWidget(),
    )  # fmt: skip
    add(
        colander.Integer(), "ask_days", _("Days for which the question stays open after the end"),
        missing=30, validator=colander.Range(1, 365),
    )  # fmt: skip
    add(
        colander.Integer(), "change_days", _("Days for which an answer can be changed"),
        missing=7, validator=colander.Range(0, 90),
    )  # fmt: skip
    add(
        colander.Integer(), "minimum", _("Answers below which no rate is shown"),
        _("A rate of a handful of answers says nothing, and may say who answered."),
        missing=10, validator=colander.Range(3, 1000),
    )  # fmt: skip
    return made
