"""What the administrator decides, and how the page asks for it."""

from typing import Any

import colander

from halkla_iliskiler.api import translatable as _

__all__ = ["PASSWORD", "schema"]

PASSWORD = "password"  # noqa: S105  (a setting's name)
"""Comes from systemd's credential ``halkla-email-password``, from ``HALKLA_EMAIL_PASSWORD``, or is written once."""
_AT = r"[^@\s]{1,64}@[^@\s]{1,250}"
_NOT_AN_ADDRESS = _("This is not an e-mail address.")


def schema() -> colander.SchemaNode:
    """Return the schema of the settings; only the sender has no default."""
    made = colander.SchemaNode(colander.Mapping())

    def add(kind: Any, name: str, title: str, description: str = "", **more: Any) -> None:
        made.add(colander.SchemaNode(kind, name=name, title=title, description=description, **more))

    add(
        colander.String(), "host", _("Relay"), _("The machine that takes our mail."), missing="127.0.0.1",
        validator=colander.Length(max=200),
    )  # fmt: skip
    add(colander.Integer(), "port", _("Port"), missing=25, validator=colander.Range(1, 65535))
    add(
        colander.String(), "sender", _("Sender"), _("The address all our mail comes from."),
        validator=colander.Regex(_AT, _NOT_AN_ADDRESS),
    )  # fmt: skip
    add(
        # A misspelt switch must not send mail and password in the open.
        colander.Boolean(true_choices=("true",), false_choices=("false",)), "starttls",
        _("Encrypt with STARTTLS and check the certificate"), missing=True,
    )  # fmt: skip
    add(
        colander.String(), "username", _("User name at the relay"), _("Empty where the relay asks for none."),
        missing="", validator=colander.Length(max=200),
    )  # fmt: skip
    add(
        colander.String(), PASSWORD, _("Password at the relay"),
        _("Better in the environment or in a credential file than here."), secret=True, missing="",
        sent_to=("host", "port", "starttls"),
    )  # fmt: skip
    add(
        colander.Integer(), "timeout", _("Seconds before an attempt is given up"), missing=20,
        validator=colander.Range(1, 300),
    )  # fmt: skip
    add(
        colander.String(), "try_address", _("Address for trials"), _("Empty: the sender itself."), missing="",
        validator=colander.Regex(_AT, _NOT_AN_ADDRESS),
    )  # fmt: skip
    return made
