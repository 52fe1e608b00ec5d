"""The ways in."""

from ..domain.feedback import Channel
from .marker import hookspec


@hookspec
def halkla_channels() -> list[Channel]:
    """Give channels by which people reach the city.

    Called: once at start-up. The core's own (web, telephone, desk …) come from its built-in plugin ``channels``.
    Not called: when an application arrives; a channel that receives something does so on a page or in a job.
    Transaction: none, no database is open yet.
    Thread: one of its own while the program waits.
    Returns: a list of channels, empty for none. A code that another plugin gives is refused.
    Errors: the start is refused with a sentence that names the plugin.

    Example::

        from halkla_iliskiler.api import Channel, ChannelField, hookimpl

        @hookimpl
        def halkla_channels() -> list[Channel]:
            return [Channel("kiosk", "Kiosk", (ChannelField("hall", "Salon"),), by_staff=False)]

    .. versionadded:: 0.1
    """
