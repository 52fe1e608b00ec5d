"""Entities and rules. Standard library, ``persistent``, ``BTrees`` and ``ZODB.blob`` only."""
