"""Use cases. ``Services`` is made the same way by web, worker and command line (see :mod:`.assembly`)."""

from .assembly import Assembly
from .facade import Services

__all__ = ["Assembly", "Services"]
