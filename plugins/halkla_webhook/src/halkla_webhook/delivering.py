"""Telling every address of an event, and saying what became of it."""

from dataclasses import replace

from halkla_iliskiler.api import Delivery, House, TicketEvent, Tried

from .calling import Answer, Caller
from .log import Call, note, taken_by, target_of
from .payload import body_of, message_id, test_body
from .settings import Settings
from .signing import SecretRefused, keys_of, signature
from .target import TargetRefused, read_target
from .words import PROBLEMS, _

__all__ = ["deliver", "try_it"]

_FINAL = frozenset({"gone"})
"""After these the same address is not called again for this event. All else may pass or be put right."""
_EVENT_BUDGET, _BUTTON_BUDGET = 50.0, 25.0
"""Seconds for all addresses together; what the house allows is a little more."""
_LEAST = 0.5
"""With less than these seconds left nobody is called any more: the rest has its turn at the next attempt."""


def deliver(event: TicketEvent, house: House, caller: Caller) -> Delivery | None:
    """Call every address that has not taken *event* yet; what failed is tried again by the house."""
    settings = Settings.of(house.settings)
    if not settings.addresses or event.name not in settings.events:
        return None
    message = message_id(event.key)
    # Looked up only where it can matter: with one address the house itself knows.
    done = taken_by(house, message) if len(settings.addresses) > 1 and event.attempt > 1 else frozenset()
    waiting = [address for address in settings.addresses if target_of(address) not in done]
    body, until, calls = body_of(event), caller.monotonic() + _EVENT_BUDGET, list[Call]()
    for place, address in enumerate(waiting):
        left = until - caller.monotonic()
        if left < _LEAST:
            break
        in_time = _in_time(caller, settings, len(waiting) - place, left)
        calls.append(_call(house, settings, in_time, event.name, message, address, body, event.attempt))
    failed, uncalled = [call for call in calls if not call.is_taken], waiting[len(calls) :]
    if not failed and not uncalled:
        return Delivery(True)
    reasons = [f"{call.host}: {call.status or call.problem}" for call in failed]
    reasons += [f"{_host_of(address)}: no time left" for address in uncalled]
    is_permanent = not uncalled and all(call.problem in _FINAL for call in failed)
    return Delivery(False, ", ".join(reasons), is_permanent=is_permanent)


def try_it(house: House, caller: Caller) -> Tried:
    """Send a signed test call to every address and tell what each of them said."""
    settings = Settings.of(house.settings)
    if not settings.addresses:
        return Tried(False, _("There is no address to call yet."))
    message, body = message_id(f"test {house.now().isoformat()}"), test_body(house.now())
    caller = _in_time(caller, settings, len(settings.addresses), _BUTTON_BUDGET)
    calls = [_call(house, settings, caller, "test", message, address, body, 1) for address in settings.addresses]
    failed = [call for call in calls if not call.is_taken]
    if failed:
        worst = failed[0]
        said = {"host": worst.host, "problem": PROBLEMS[worst.problem], "status": f"({worst.status or '–'})"}
        return Tried(False, _("${host} did not take it: ${problem} ${status}", mapping=said))
    hosts = ", ".join(dict.fromkeys(call.host for call in calls))
    return Tried(True, _("The test call was taken by ${hosts}.", mapping={"hosts": hosts}))


def _in_time(caller: Caller, settings: Settings, count: int, budget: float) -> Caller:
    return replace(caller, timeout=min(settings.timeout, budget / max(1, count)))


def _call(
    house: House, settings: Settings, caller: Caller, event: str, message: str, address: str, body: bytes, attempt: int
) -> Call:
    host = ""
    try:
        keys = keys_of(settings.secret)
        target = read_target(address, settings.policy)
        host = target.host
        timestamp = int(house.now().timestamp())
        headers = {
            "webhook-id": message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(keys, message, timestamp, body),
        }
        answer = caller.post(target, headers, body)
    except TargetRefused as refused:
        answer = Answer(problem=str(refused))
    except SecretRefused:
        answer = Answer(problem="secret")
    return note(house, event, message, address, host or _host_of(address), attempt, answer)


def _host_of(address: str) -> str:
    """Return the host of an address that cannot be read, as far as it can be told."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2][:80] or "?"
