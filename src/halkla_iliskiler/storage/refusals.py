"""A database that is not opened, with the sentence that says why and what to do."""

__all__ = ["StorageRefused"]


class StorageRefused(Exception):
    """The database was not opened and nothing was changed. ``str()`` is one sentence for the administrator."""
