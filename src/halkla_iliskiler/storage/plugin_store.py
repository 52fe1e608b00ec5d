"""What plugins keep, in a shape that can be read without them."""

from BTrees.Length import Length
from persistent import Persistent

from .trees import LookUpTree

__all__ = ["PluginValues"]


class PluginValues(Persistent):
    """The values of one plugin, as JSON text by key. How many and how long they are is counted as they change.

    Text, because nothing of the plugin is needed to read it, and because nobody can change it without writing it.
    """

    def __init__(self) -> None:
        self.texts: LookUpTree = LookUpTree()
        self.count = Length()
        self.size = Length()

    def get(self, key: str) -> str | None:
        """Return the text under *key*."""
        found: str | None = self.texts.get(key)
        return found

    def put(self, key: str, text: str) -> None:
        """Keep *text* under *key*; the same text again writes nothing."""
        before = self.get(key)
        if before == text:
            return
        if before is None:
            self.count.change(1)
        self.size.change(_bytes(key, text) - (0 if before is None else _bytes(key, before)))
        self.texts[key] = text

    def delete(self, key: str) -> bool:
        """Forget what is under *key*; tell whether there was something."""
        before = self.get(key)
        if before is None:
            return False
        self.count.change(-1)
        self.size.change(-_bytes(key, before))
        del self.texts[key]
        return True

    def delete_first(self, limit: int) -> int:
        """Forget the first *limit* values; return how many there were."""
        keys = [key for _, key in zip(range(limit), self.texts, strict=False)]
        for key in keys:
            self.delete(key)
        return len(keys)


def _bytes(key: str, text: str) -> int:
    return len(key.encode()) + len(text.encode())
