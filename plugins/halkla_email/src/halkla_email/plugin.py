"""The hooks this plugin answers."""

from collections.abc import Mapping

from halkla_iliskiler.api import FeedbackMethod, hookimpl

from .method import Email
from .relay import Relay


@hookimpl
def halkla_feedback_methods(settings: Mapping[str, str]) -> list[FeedbackMethod]:
    """Give e-mail as a way of telling people."""
    return [Email(Relay.from_settings(settings), settings["sender"])]
