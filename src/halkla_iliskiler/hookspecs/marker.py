"""The marker of the hook specifications, in a module of its own so that the families can import it."""

import pluggy

__all__ = ["hookspec"]

hookspec = pluggy.HookspecMarker("halkla_iliskiler")
