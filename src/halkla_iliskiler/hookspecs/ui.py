"""Places on pages, and pages of a plugin's own."""

from ..domain.views import TicketView
from .house import House
from .marker import hookspec
from .values import Page, Panel


@hookspec
def halkla_follow_panels(ticket: TicketView, house: House) -> list[Panel]:
    """Give parts of the page on which applicants follow their application.

    Called: each time the page is opened with the right code, and when a panel's form is sent.
    Not called: on the receipt, on printed pages, or for a ticket that was not found.
    Transaction: none. Reading only; ``Panel.said`` may ask the house to write.
    Thread: one of its own with a budget of two seconds for all that the plugin gives.
    Returns: a list of panels, empty for none, in the order in which they stand.
    Errors: the page is shown without the plugin's panels, the plugin reported.

    Example::

        from halkla_iliskiler.api import House, Panel, TicketView, hookimpl

        @hookimpl
        def halkla_follow_panels(ticket: TicketView, house: House) -> list[Panel]:
            if not ticket.can_be_rated:
                return []
            return [Panel("rating", "How content are you?", "halkla_survey:templates/rating.pt", {"id": ticket.id})]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_ticket_panels(ticket: TicketView, house: House) -> list[Panel]:
    """Give parts of the page on which staff see a ticket.

    Called: each time somebody who may see the ticket opens its page, and when a panel's form is sent.
    Not called: in lists, on printed pages, or for whoever may not see the ticket.
    Transaction: none. Reading only; ``Panel.said`` may ask the house to write.
    Thread: one of its own with a budget of two seconds for all that the plugin gives.
    Returns: a list of panels, empty for none, in the order in which they stand.
    Errors: the page is shown without the plugin's panels, the plugin reported.

    Example::

        from halkla_iliskiler.api import House, Panel, TicketView, hookimpl

        @hookimpl
        def halkla_ticket_panels(ticket: TicketView, house: House) -> list[Panel]:
            seen = house.data.get(f"seen/{ticket.id}", 0)
            return [Panel("seen", "Seen", "halkla_survey:templates/seen.pt", {"count": seen})] if seen else []

    .. versionadded:: 0.1
    """


@hookspec
def halkla_pages() -> list[Page]:
    """Give pages of the plugin's own, for staff, for citizens or for another program.

    Called: once at start-up. Their ``show`` and ``said`` are called when somebody asks for the page.
    Not called: again; pages do not come and go while the program runs.
    Transaction: none, no database is open yet. ``show`` reads, ``said`` may ask the house to write.
    Thread: one of its own while the program waits; ``show`` and ``said`` run in one of their own with a budget of ten
        seconds.
    Returns: a list of pages, empty for none. A page that says of nobody that they may open it is closed to all.
    Errors: the start is refused. A page that fails shows an apology with a reference, the plugin is reported.

    Example::

        from halkla_iliskiler.api import Asked, House, Page, Said, hookimpl

        def receive(asked: Asked, house: House) -> Said:
            if asked.headers.get("x-key") != house.secret("key"):
                return Said(status=403, data={"problem": "key"})
            return Said(data={"size": len(asked.body)})

        @hookimpl
        def halkla_pages() -> list[Page]:
            return [Page("receive", said=receive, is_machine=True)]

    .. versionadded:: 0.1
    """
