"""What refuses to start."""

__all__ = ["PluginRefused"]


class PluginRefused(Exception):
    """A plugin cannot be used; ``str()`` names it and the cure. The program does not start."""
