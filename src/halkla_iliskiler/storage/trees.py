"""BTrees with small leaves, for what grows with every application.

A commit rewrites the leaf it touches. With the library's sizes (60 and 120 entries) most of what filing one
application writes are its neighbours; with these a leaf is read a little more often and written much more cheaply.
"""

from BTrees.LLBTree import LLBTree
from BTrees.LOBTree import LOBTree
from BTrees.OLBTree import OLBTree
from BTrees.OOBTree import OOBTree

__all__ = ["IdentityTree", "JournalTree", "KeyTree", "LookUpTree"]

_LEAF = 16
_INTERNAL = 128


class IdentityTree(LOBTree):
    """Objects by identity."""

    max_leaf_size = _LEAF
    max_internal_size = _INTERNAL


class JournalTree(LLBTree):
    """Identities by their place in a sequence."""

    max_leaf_size = _LEAF
    max_internal_size = _INTERNAL


class KeyTree(OLBTree):
    """Identities by a text that is looked up whole."""

    max_leaf_size = _LEAF
    max_internal_size = _INTERNAL


class LookUpTree(OOBTree):
    """Plain values by a text that is looked up whole."""

    max_leaf_size = _LEAF
    max_internal_size = _INTERNAL
