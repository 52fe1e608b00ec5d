"""The ways in."""

from ..domain.feedback import Channel
from .marker import hookspec


@hookspec
def halkla_channels() -> list[Channel]:
    """Give channels by which people reach the city.

    Asked once at start-up. The core's own (web, telephone, desk …) come from its built-in plugin.

    .. versionadded:: 0.1
    """
