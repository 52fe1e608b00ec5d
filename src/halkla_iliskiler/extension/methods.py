"""The methods that plugins give, behind the guard: one that fails to say an address reaches nobody; nothing breaks."""

from collections.abc import Callable
from typing import Any

from ..domain.applicant import ContactDetails
from ..domain.feedback import FeedbackMethod
from ..domain.outbox import Delivery, Notification
from .manager import Plugins

__all__ = ["guarded"]


def guarded(plugins: Plugins, plugin: str, method: FeedbackMethod) -> FeedbackMethod:
    """Put a plugin's method behind the guard, and return it. The core's own need none.

    ``address_of`` is often asked while others wait for the gate, ``mask`` while a page is drawn: each has a thread and
    the budget of the moment. ``deliver`` speaks to another machine, and an exception there is a failure that may pass,
    no fault.
    """
    if plugins.is_builtin(plugin):
        return method
    of = f"the method {method.code}"
    address_of, mask, deliver = (_own(method, name) for name in ("address_of", "mask", "deliver"))

    def guarded_address_of(details: ContactDetails) -> str:
        seconds = plugins.budgets.transaction
        outcome = plugins.run(
            plugin, f"address_of of {of}", address_of, seconds, str, keeps_marks=False, details=details
        )
        return "" if outcome.fault else str(outcome.answer)

    def guarded_mask(address: str) -> str:
        seconds = plugins.budgets.panel
        outcome = plugins.run(plugin, f"mask of {of}", mask, seconds, str, keeps_marks=False, address=address)
        return "•••" if outcome.fault else str(outcome.answer)

    def guarded_deliver(notification: Notification) -> Delivery:
        outcome = plugins.run(
            plugin,
            f"deliver of {of}",
            deliver,
            plugins.budgets.delivery,
            Delivery,
            keeps_marks=False,
            may_fail=(Exception,),
            notification=notification,
        )
        if isinstance(outcome.problem, Exception):
            raise outcome.problem
        answer: Delivery = Delivery(False, outcome.fault) if outcome.fault else outcome.answer
        return answer

    for name, function in (
        ("address_of", guarded_address_of),
        ("mask", guarded_mask),
        ("deliver", guarded_deliver),
    ):
        original = _original(method, name)
        if getattr(original, "__func__", None) is vars(FeedbackMethod)[name]:
            continue  # the core's own
        function.__dict__[_OWN] = original
        object.__setattr__(method, name, function)
    if type(method.code) is not str:
        # It is stored with every message: never as a class of the plugin's.
        object.__setattr__(method, "code", str.__str__(method.code))
    return method


_OWN = "own"


def _original(method: FeedbackMethod, name: str) -> Callable[..., Any]:
    """Return the plugin's own function, also of a method that was put behind a guard before."""
    function: Callable[..., Any] = getattr(method, name)
    return getattr(function, _OWN, function)


def _own(method: FeedbackMethod, name: str) -> Callable[..., Any]:
    """Return the plugin's own function, whatever its author called the argument."""
    own = _original(method, name)
    return lambda **given: own(*given.values())
