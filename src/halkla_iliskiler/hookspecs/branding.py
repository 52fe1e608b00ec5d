"""What the service is called and how it looks."""

from ..domain.city import Brand
from .marker import hookspec


@hookspec(firstresult=True)
def halkla_choose_brand() -> Brand | None:
    """Give the city's name, emblem, colours and legal texts.

    Called: once at start-up; the plugin listed last in the ini answers first.
    Not called: while pages are drawn. A brand does not change while the program runs.
    Transaction: none, no database is open yet.
    Thread: one of its own while the program waits; whoever has not answered in time is refused.
    Returns: a brand, or ``None`` to leave it to the plugins before. The core's neutral brand answers last.
    Errors: the start is refused with a sentence that names the plugin.

    Example::

        from halkla_iliskiler.api import Brand, hookimpl

        @hookimpl
        def halkla_choose_brand() -> Brand | None:
            return Brand(name="Söz Sizde", municipality="Deneme Belediyesi", slogan="Önce dinleriz.")

    .. versionadded:: 0.1
    """
