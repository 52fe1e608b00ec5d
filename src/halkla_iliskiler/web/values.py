"""Small read-only records for templates."""

from types import SimpleNamespace

__all__ = ["Values"]


class Values(SimpleNamespace):
    """What a template reads by name; built once in Python, so that the template only puts it in place."""
