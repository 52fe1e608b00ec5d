"""What the service is called and how it looks."""

from ..domain.city import Brand
from .marker import hookspec


@hookspec(firstresult=True)
def halkla_choose_brand() -> Brand | None:
    """Give the city's name, emblem, colours and legal texts.

    Asked once at start-up. The core's own neutral brand answers last.

    .. versionadded:: 0.1
    """
