"""A plugin's settings as its hooks see them: always what holds now, and nothing that could be changed through them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .refusals import PluginRefused

__all__ = ["LiveSettings"]


class LiveSettings(Mapping[str, Any]):
    """Reads the settings anew at each look; one that the plugin cannot do without is asked for by its full name."""

    def __init__(self, prefix: str, read: Callable[[], Mapping[str, Any]]) -> None:
        self._prefix = prefix
        self._read = read

    def __getitem__(self, name: str) -> Any:
        found = self._read()
        if name not in found:
            raise PluginRefused(f"The setting {self._prefix}{name} is missing; the plugin cannot work without it.")
        return found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._read()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a setting, or *default*."""
        return self._read().get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __copy__(self) -> Mapping[str, Any]:
        """Return the settings of one moment (``copy.copy``): what belongs together stays so while somebody saves."""
        return self._read()

    def __eq__(self, other: object) -> bool:
        return dict(self) == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
