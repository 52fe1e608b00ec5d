"""The hooks this plugin answers."""

import smtplib
from collections.abc import Mapping
from typing import Any

import colander

from halkla_iliskiler.api import About, FeedbackMethod, Tried, hookimpl
from halkla_iliskiler.api import translatable as _

from . import settings as own_settings
from .method import Email
from .relay import LoginInTheOpen, Relay


@hookimpl
def halkla_about() -> About:
    """Say what the plugin is. The city's own relay is where it says it is; the plugin itself sends nothing abroad."""
    return About(_("E-mail"), _("Tells applicants by e-mail, over the city's relay."))


@hookimpl
def halkla_settings_schema() -> colander.SchemaNode:
    """Give the schema of the settings."""
    return own_settings.schema()


@hookimpl
def halkla_feedback_methods(settings: Mapping[str, Any]) -> list[FeedbackMethod]:
    """Give e-mail as a way of telling people; what is changed in the settings holds for the next message."""
    return [Email(settings)]


@hookimpl
def halkla_try_it(settings: Mapping[str, Any]) -> Tried:
    """Send a message to the address for trials: the sender's own where none is given."""
    to = settings.get("try_address") or settings["sender"]
    try:
        Relay.from_settings(settings).send(Email(settings).trial(to))
    except LoginInTheOpen:
        words = _("without STARTTLS nobody logs in at another machine: the password could be read on the way")
        return Tried(False, words)
    except (smtplib.SMTPException, OSError) as problem:
        return Tried(False, f"{type(problem).__name__}: {problem}")
    return Tried(True, _("a message was handed to the relay, for ${address}", mapping={"address": to}))
