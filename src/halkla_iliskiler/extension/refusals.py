"""What refuses to start."""

__all__ = ["PluginRefused", "said_of"]

_LONGEST = 300


class PluginRefused(Exception):
    """A plugin cannot be used; ``str()`` names it and the cure. The program does not start."""


def said_of(problem: BaseException) -> str:
    """Return an exception in one line, also one that does not even print."""
    try:
        said = " ".join(repr(problem).split())
    except Exception:  # noqa: BLE001  (a plugin's own class)
        return type(problem).__name__
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
