"""What hooks are given and what they return, beside the city's values of the domain: frozen, plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..domain.views import TicketView

if TYPE_CHECKING:
    from .house import House

__all__ = [
    "API_VERSION",
    "OLDEST_API_VERSION",
    "POWERS",
    "About",
    "AccountChange",
    "AccountView",
    "Application",
    "Asked",
    "Fault",
    "Filed",
    "Form",
    "Job",
    "Page",
    "Panel",
    "Refusal",
    "Refused",
    "Said",
    "Tried",
]

API_VERSION = 1
"""The version of what :mod:`halkla_iliskiler.api` promises; raised when something a plugin may rely on goes."""
OLDEST_API_VERSION = 1
"""The oldest version for which a plugin may have been written and still work."""

POWERS = ("file_applications", "tell_applicants", "rate_tickets", "change_departments", "change_accounts")
"""What a plugin may do to the house beyond reading tickets without persons. It asks in its :class:`About`; an
administrator sees it on the page of the plugins."""


class Refused(Exception):
    """The house will not do what a plugin asks; ``str()`` is a sentence for people, ``problem`` a code."""

    def __init__(self, sentence: str, problem: str = "") -> None:
        super().__init__(sentence)
        self.problem = problem


@dataclass(frozen=True)
class About:
    """What a plugin says of itself.

    ``title`` and ``summary`` are message ids of the plugin's catalogue. ``api`` is the :data:`API_VERSION` it was
    written for. ``sends_abroad`` says where data leaves the country to, empty when none does (law 6698, art. 9).
    ``keeps`` says in a sentence what data it keeps. ``powers`` are those of :data:`POWERS` it needs; it is given no
    others. ``events`` are the events of tickets it wants to learn of, all of them when empty; ``idle_without`` names a
    setting without which it wants to learn of none. What nobody wants to know is not even noted.
    """

    title: str
    summary: str = ""
    api: int = 1
    sends_abroad: str = ""
    keeps: str = ""
    powers: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    idle_without: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why an application cannot be registered as it is.

    ``field`` is the field of the form it is shown at (``words``, ``contact``, ``category``, ``neighbourhood`` …) and
    ``sentence`` what the person reads, a message id of the plugin's catalogue: what is missing, and what to do.
    ``problem`` is a code for other programs.
    """

    field: str
    sentence: str
    problem: str = "refused"


@dataclass(frozen=True)
class Tried:
    """What came of trying a plugin out. ``text`` is for the administrator; no secrets."""

    ok: bool
    text: str = ""


class Form(dict[str, str]):
    """What was posted, by field; of a field sent several times the last. :meth:`all` gives every value."""

    def __init__(self, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(pairs)
        self._pairs = tuple(pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, in order."""
        return tuple(value for known, value in self._pairs if known == name)


@dataclass(frozen=True)
class Asked:
    """A request, as a plugin's page or panel sees it.

    ``actor_id`` and ``actor_name`` are the signed-in member of staff (empty for citizens and machines), ``departments``
    the directorates in which they have the page's permission (on a ticket: in which they may see tickets), ``None`` for
    all of them; ``sensitive_departments`` those of them in which they have it on sensitive matters, too. What a page
    counts for others leaves these out. ``body`` and ``headers`` are given to machines' pages only; header names are in
    lower case. ``client`` is the network address.
    """

    method: str = "GET"
    language: str = "tr"
    query: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    actor_id: str = ""
    actor_name: str = ""
    departments: tuple[str, ...] | None = ()
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    sensitive_departments: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Said:
    """What a page or panel answers to what was sent.

    With ``problem`` (a sentence) or ``values`` the page is drawn again with those values (200), so that what was typed
    is kept. Otherwise ``message`` is said and the browser goes to the plugin's page ``to`` (its own when empty; a
    panel's goes back to the ticket). For a machine ``status`` (200 to 599) and ``data`` (plain values, sent as JSON)
    are the answer; one that cannot be sent is the plugin's fault, and the other program is told to try again.
    ``file`` is ``(name, content type, content)`` and is downloaded.
    """

    message: str = ""
    to: str = ""
    problem: str = ""
    values: Mapping[str, object] | None = None
    status: int = 200
    data: Mapping[str, object] | None = None
    file: tuple[str, str, bytes] | None = None


@dataclass(frozen=True)
class Page:
    """A page of a plugin's own.

    Exactly one of these says who may open it; without any nobody may: ``permission`` (a
    :class:`~halkla_iliskiler.domain.workflow.Permission`, for staff who have it somewhere), ``is_public`` (citizens),
    ``is_machine`` (another program: no session, no CSRF token, the body as it came, at most 256 kB; the plugin checks
    who it is). ``code`` is its address below ``/panel/eklenti/<plugin>/`` for staff and ``/eklenti/<plugin>/`` for the
    others.

    ``show`` answers GET with the values of ``template`` (``package:templates/x.pt``, the core draws the frame around
    it), or with a :class:`Said`. ``said`` answers POST; staff and citizens are asked for their CSRF token by the core
    before. Of a template's values ``action`` and ``csrf_token`` are given by the core. ``in_menu`` puts a staff page
    into the administration's menu.
    """

    code: str
    title: str = ""
    template: str = ""
    show: Callable[[Asked, House], Mapping[str, object] | Said] | None = None
    said: Callable[[Asked, House], Said] | None = None
    permission: str = ""
    is_public: bool = False
    is_machine: bool = False
    in_menu: bool = True


@dataclass(frozen=True)
class Panel:
    """A part of the follow page or of a ticket's page.

    ``code`` is made of letters, digits, ``_``, ``.`` and ``-``, and given once by a plugin.
    ``template`` (``package:templates/x.pt``) is drawn with ``values`` inside a guard of its own: one that fails is left
    out, the page stands. ``said`` answers the panel's form, which posts to ``action`` with ``csrf_token`` (both are
    given to the template by the core): the core checks who it is, asks the plugin for its panels again, and calls
    ``said`` only when the panel is still among them. A panel of a ticket's page with a ``permission`` is there, and its
    form is taken, for those alone who have it on the ticket.
    """

    code: str
    title: str
    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    said: Callable[[Asked, TicketView, House], Said] | None = None
    permission: str = ""


@dataclass(frozen=True)
class Job:
    """Something the worker does every now and then, outside any transaction. ``run`` returns how much there was to do.

    It is safe to run twice and safe to be killed in the middle. ``every`` is the pause from one beginning to the next;
    all plugins' jobs share a lane of their own, so that a slow one holds up no mail.
    """

    code: str
    every: timedelta
    run: Callable[[House], int]


@dataclass(frozen=True)
class Application:
    """What a plugin's channel hands over to be registered.

    ``key`` is what the plugin knows the message by: the same key again is the first ticket again. ``channel`` must be
    one that a plugin or the core provides.
    """

    words: str
    channel: str
    key: str
    kind: str = "COMPLAINT"
    category: str | None = None
    neighbourhood: str | None = None
    place: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "tr"


@dataclass(frozen=True)
class Filed:
    """What the person is given: the number and the code that opens the follow page. ``is_new``: not sent before."""

    ticket_id: int
    number: str
    address: str
    tracking_code: str
    is_new: bool


@dataclass(frozen=True)
class AccountView:
    """A staff account as a plugin that may change accounts sees it. ``grants`` are (role, directorate or ``""``)."""

    username: str
    name: str
    email: str = ""
    grants: tuple[tuple[str, str], ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True)
class AccountChange:
    """What is to be true of an account. A new one gets no password: its owner sets it."""

    username: str
    name: str
    email: str = ""
    grants: tuple[tuple[str, str], ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True)
class Fault:
    """Something an implementation did that it must not: when, whose, in which hook, what kind, and where in the code.

    ``kind`` is the name of the exception, or ``late``, ``wrong answer``, ``too large``, ``changed its arguments``,
    ``ended a transaction``. Texts of exceptions are not kept: they may hold somebody's words.
    """

    at: datetime
    plugin: str
    hook: str
    kind: str
    where: str = ""
