"""The ways of telling people."""

from collections.abc import Mapping
from typing import Any

from ..domain.feedback import FeedbackMethod
from .marker import hookspec


@hookspec
def halkla_feedback_methods(settings: Mapping[str, Any]) -> list[FeedbackMethod]:
    """Give methods by which an applicant can be told something.

    ``settings`` are the plugin's own. Without a settings schema they are the ini's keys that begin with the plugin's
    package name, without that prefix (``halkla_email.host`` arrives as ``host``). An applicant is told by the first
    method that reaches them: the plugin listed last in the ini comes first, the core's telephone and follow page last.

    Called: once at start-up. Of the methods it gives, ``address_of`` is called whenever somebody is to be told
    something (inside the transaction, so it reckons and does not ask another machine), ``deliver`` by the worker.
    Not called: again when settings change; a method reads ``settings`` when it delivers.
    Transaction: none, no database is open yet.
    Thread: one of its own while the program waits. ``address_of`` and ``mask`` run in one of their own with a budget of
        two seconds, ``deliver`` with one of two minutes.
    Returns: a list of methods, empty for none. A code that another plugin gives is refused.
    Errors: the start is refused. A method whose ``address_of`` fails reaches nobody and the next one is used; one whose
        ``deliver`` fails is tried again, and then put before staff.

    Example::

        from halkla_iliskiler.api import ContactDetails, Delivery, FeedbackMethod, Notification, hookimpl

        class Pigeon(FeedbackMethod):
            code = "pigeon"
            label = "Güvercin"

            def address_of(self, details: ContactDetails) -> str:
                return details.phone

            def deliver(self, notification: Notification) -> Delivery:
                return Delivery(True)

        @hookimpl
        def halkla_feedback_methods(settings) -> list[FeedbackMethod]:
            return [Pigeon()]

    .. versionadded:: 0.1
    """
