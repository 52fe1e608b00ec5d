"""What plugins decide about applications, and learn of tickets."""

from ..domain.outbox import Delivery
from ..domain.views import ApplicationView, TicketEvent
from .house import House
from .marker import hookspec
from .values import Refusal


@hookspec
def halkla_check_application(application: ApplicationView) -> Refusal | None:
    """Say why an application cannot be registered as it is.

    The plugins are asked one after the other until one refuses; what it says is shown to the person, and nothing they
    typed is lost.

    Called: for everything people send themselves, once a form is complete.
    Not called: for what staff record. What was said to the municipality is registered, whatever a plugin thinks of it
        (penal code, art. 121). Nor for the same form sent twice.
    Transaction: it belongs to the one that registers the application, and is called just before it begins, so that
        nobody else waits; and once more inside, when something has changed in between.
    Thread: one of its own with a budget of two seconds; the core's own run in the request's. Ask no other machine here.
    Returns: a ``Refusal``, or ``None`` when there is nothing against it.
    Errors: a plugin that fails, answers something else or too late has no veto: the application is registered, the
        plugin reported.

    Example::

        from halkla_iliskiler.api import ApplicationView, Refusal, hookimpl

        @hookimpl
        def halkla_check_application(application: ApplicationView) -> Refusal | None:
            if application.category == "wreck" and not application.photos:
                return Refusal("photos", "Hurda araç için bir fotoğraf ekleyin.")
            return None

    .. versionadded:: 0.1
    """


@hookspec(firstresult=True)
def halkla_choose_department(application: ApplicationView) -> str | None:
    """Say which directorate an application goes to.

    Called: once while an application is registered, by citizens or staff; the plugin listed last in the ini answers
        first, the built-in ``routing`` last, with the directorate the catalogue names for the subject.
    Not called: when staff assign, split or send back. What people have decided, no plugin decides again.
    Transaction: it belongs to the one that registers the application, and is called just before it begins, so that
        nobody else waits; and once more inside, when something has changed in between.
    Thread: one of its own with a budget of two seconds; the core's own run in the request's. Ask no other machine here.
    Returns: the code of a department of the city, or ``None`` to leave it to the next. When nobody answers, it stands
        before the centre unsorted.
    Errors: a plugin that fails, answers too late or names a department that is not there is passed over and reported.

    Example::

        from halkla_iliskiler.api import ApplicationView, hookimpl

        @hookimpl
        def halkla_choose_department(application: ApplicationView) -> str | None:
            return "cleaning" if application.neighbourhood == "isikli" and application.category == "wreck" else None

    .. versionadded:: 0.1
    """


@hookspec
def halkla_on_ticket_event(event: TicketEvent, house: House) -> Delivery | None:
    """Learn that something has happened to a ticket.

    Called: by the worker after the change was saved, once for each event and plugin, and again until it is settled: at
        least once, with the same ``event.key``. Events of one ticket may arrive out of order when one had to be
        repeated. What staff can still take back waits until they cannot.
    Not called: for internal notes, opinions, marks and readings; for what happened before the plugin was switched on,
        or is written down more than a day later (an import).
    Transaction: none. What it asks of the house is a transaction of its own.
    Thread: one of its own while the worker waits, with a budget of one minute; other messages have a lane of their own.
    Returns: ``None`` or ``Delivery(True)``: done. ``Delivery(False, "why")`` is tried again with growing pauses, about
        forty hours, ``Delivery(False, "why", is_permanent=True)`` is put before staff at once.
    Errors: anything else is tried again like a failure, and reported. One that goes on failing is given up and stands
        before staff.

    Example::

        from halkla_iliskiler.api import Delivery, House, TicketEvent, hookimpl

        @hookimpl
        def halkla_on_ticket_event(event: TicketEvent, house: House) -> Delivery | None:
            if event.name == "done":
                house.data.put(f"done/{event.key}", event.ticket.number)
            return None

    .. versionadded:: 0.1
    """
