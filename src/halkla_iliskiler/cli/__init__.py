"""The one command, ``halkla``."""

from .main import main

__all__ = ["main"]
