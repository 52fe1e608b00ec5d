"""The page of the last calls."""

from collections.abc import Mapping

from halkla_iliskiler.api import Asked, House

from .log import last_calls
from .settings import Settings
from .words import EVENTS, PROBLEMS, _

__all__ = ["show_calls"]

_SHOWN = 100


def show_calls(asked: Asked, house: House) -> Mapping[str, object]:
    """Show when we called whom and what they said."""
    only_failed = asked.query.get("only") == "failed"
    calls = [call for call in last_calls(house) if not (only_failed and call.is_taken)]
    return {
        "is_idle": not Settings.of(house.settings).addresses,
        "only_failed": only_failed,
        "calls": [
            {
                "at": call.at.astimezone(house.zone).strftime("%d.%m.%Y %H:%M:%S"),
                "iso": call.at.isoformat(),
                "event": EVENTS.get(call.event, _("Test call")),
                "host": call.host,
                "attempt": call.attempt,
                "status": call.status or "—",
                "problem": PROBLEMS.get(call.problem, ""),
                "message": call.message,
                "is_taken": call.is_taken,
            }
            for call in calls[:_SHOWN]
        ],
    }
