"""The keys of the ticket page: one letter an action."""

from ...domain.workflow import Action

__all__ = ["ACTION_KEYS"]

# Letters every Turkish keyboard has, Q and F alike, without ı and i, and none that the frame uses (/ ? j k u n g).
ACTION_KEYS: dict[Action, str] = {
    Action.TAKE: "t",
    Action.ASSIGN: "h",
    Action.REPLY: "c",
    Action.ASK: "q",
    Action.PLAN: "p",
    Action.NOTE: "m",
    Action.FINISH: "s",
    Action.RESUME: "d",
}
"""What sends something without a preview, or cannot be undone, has none."""
