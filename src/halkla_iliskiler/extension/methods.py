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

    ``address_of`` and ``mask`` reckon for a moment, often while others wait for the gate: they run in the thread that
    asks. ``deliver`` speaks to another machine: it has a thread and a budget, and an exception there is a failure that
    may pass, no fault.
    """
    if plugins.is_builtin(plugin):
        return method
    of = f"the method {method.code}"
    address_of, mask, deliver = (_own(method, name) for name in ("address_of", "mask", "deliver"))

    def guarded_address_of(details: ContactDetails) -> str:
        outcome = plugins.run(plugin, f"address_of of {of}", address_of, None, str, details=details)
        return "" if outcome.fault else str(outcome.answer)

    def guarded_mask(address: str) -> str:
        outcome = plugins.run(plugin, f"mask of {of}", mask, None, str, address=address)
        return "•••" if outcome.fault else str(outcome.answer)

    def guarded_deliver(notification: Notification) -> Delivery:
        outcome = plugins.run(
            plugin,
            f"deliver of {of}",
            deliver,
            plugins.budgets.delivery,
            Delivery,
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
        function.__dict__[_OWN] = _original(method, name)
        object.__setattr__(method, name, function)
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
