"""What the administrator decides, and the form it is made with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import colander
from deform.widget import CheckboxChoiceWidget, CheckboxWidget, TextAreaWidget

from .target import Policy, TargetRefused, read_target
from .words import EVENTS, PROBLEMS, _

__all__ = ["DEFAULT_EVENTS", "Settings", "schema"]

DEFAULT_EVENTS = ("filed", "done", "closed", "reopened")


@dataclass(frozen=True)
class Settings:
    """The settings, read."""

    addresses: tuple[str, ...]
    events: frozenset[str]
    policy: Policy
    timeout: float
    secret: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Settings":
        """Read what the house gives."""
        return cls(
            addresses=_words(settings.get("addresses")),
            events=frozenset(_words(settings.get("events", DEFAULT_EVENTS))),
            policy=_policy(settings),
            timeout=float(settings.get("timeout") or 10),
            secret=str(settings.get("secret") or ""),
        )


def _policy(settings: Mapping[str, Any]) -> Policy:
    return Policy(
        frozenset(word.lower() for word in _words(settings.get("hosts"))),
        frozenset(word.lower() for word in _words(settings.get("internal_hosts"))),
        settings.get("allow_plain_http") in (True, "true"),
    )


def _words(given: str | Iterable[str] | None) -> tuple[str, ...]:
    return tuple(given.split() if isinstance(given, str) else given or ())


def _check_addresses(node: colander.SchemaNode, values: Mapping[str, Any]) -> None:
    """Refuse an address that would never be called, where it is written."""
    policy = _policy(values)
    for address in _words(values.get("addresses")):
        try:
            read_target(address, policy)
        except TargetRefused as refused:
            problem = colander.Invalid(node)
            problem["addresses"] = PROBLEMS[str(refused)]
            raise problem from None


def schema() -> colander.SchemaNode:
    """Return the schema of the settings. None of them is needed: without an address nothing is called."""
    made = colander.SchemaNode(colander.Mapping(), validator=_check_addresses)

    def add(node_type: Any, name: str, title: str, description: str = "", **more: Any) -> None:
        made.add(colander.SchemaNode(node_type, name=name, title=title, description=description, **more))

    add(
        colander.String(), "addresses", _("Addresses to call"),
        _("One a line, https only. Each of them is told every event chosen below."),
        missing="", widget=TextAreaWidget(rows=3), validator=colander.Length(max=2000),
    )  # fmt: skip
    add(
        colander.Set(), "events", _("Events"), missing=set(DEFAULT_EVENTS),
        widget=CheckboxChoiceWidget(values=tuple(EVENTS.items())), validator=colander.ContainsOnly(tuple(EVENTS)),
    )  # fmt: skip
    add(
        colander.String(), "hosts", _("Hosts that may be called"),
        _("Names without https://, blanks between them. Nobody else is called, and nobody whose name leads inside."),
        missing="", validator=colander.Length(max=2000),
    )  # fmt: skip
    add(
        colander.String(), "internal_hosts", _("Hosts inside the municipality"),
        _("These alone may have a private address, or be this machine. Better set in the ini: no page changes it."),
        missing="", validator=colander.Length(max=2000),
    )  # fmt: skip
    add(
        colander.Boolean(), "allow_plain_http", _("Call hosts inside without TLS"),
        missing=False, widget=CheckboxWidget(),
    )  # fmt: skip
    add(
        colander.Integer(), "timeout", _("Seconds before a call is given up"), missing=10,
        validator=colander.Range(1, 30),
    )  # fmt: skip
    add(
        colander.String(), "secret", _("Signing secret"),
        _("whsec_ and at least 24 random bytes in base64. Two with a blank between them while one replaces the other."),
        secret=True, missing="",
    )  # fmt: skip
    return made
