"""Telling an applicant something: which way, what exactly, and what it means for the promise."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.applicant import ContactDetails
from ..domain.codes import tracking_code
from ..domain.errors import InvalidInput
from ..domain.feedback import FeedbackMethod
from ..domain.moves import meet_promise
from ..domain.outbox import NO_TICKET, DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import Ticket, address_of
from ..i18n import _, translate
from .together import DISCREET, Part, hand_on, words_of_several
from .unit import Unit

if TYPE_CHECKING:
    from .assembly import Assembly
    from .facade import Services

log = logging.getLogger(__name__)

__all__ = [
    "choose_method",
    "compose",
    "compose_code",
    "follow_link",
    "masked",
    "needs_no_call",
    "reachable",
    "send_code",
    "sending_method",
    "spoken",
    "tell",
]


def choose_method(assembly: Assembly, details: ContactDetails, preferred: str = "") -> tuple[FeedbackMethod, str]:
    """Return the method the person asked for, if it reaches them, otherwise the first that does, with the address.

    The follow page reaches everybody. A method the city no longer has is passed over.
    """
    methods = assembly.extensions.feedback_methods
    asked_for = [methods[preferred]] if preferred in methods else []
    for method in (*asked_for, *methods.values()):
        if address := _address(method, details):
            return method, address
    raise LookupError("no feedback method reaches anybody; the follow page has been switched off")


def _address(method: FeedbackMethod, details: ContactDetails) -> str:
    """Ask a method for an address. One that fails reaches nobody: it must not cost an application."""
    try:
        return method.address_of(details)
    except Exception:
        log.exception("the feedback method %r failed; the next one is used", method.code)
        return ""


def reachable(ticket: Ticket, details: ContactDetails) -> ContactDetails:
    """Return *details* without a number that somebody else answers on."""
    return replace(details, phone="") if details.phone in ticket.wrong_phones else details


def masked(method: FeedbackMethod, address: str) -> str:
    """Return an address as it may be seen; a method that fails shows nothing of it."""
    try:
        return method.mask(address)
    except Exception:
        log.exception("the feedback method %r failed to mask an address", method.code)
        return "•••"


def sending_method(assembly: Assembly, details: ContactDetails) -> tuple[FeedbackMethod, str] | None:
    """Return the first method by which the program itself reaches the person: what a one-time code can go by."""
    for method in assembly.extensions.feedback_methods.values():
        address = _address(method, details) if method.initial_state is DeliveryState.PENDING else ""
        if address:
            return method, address
    return None


def send_code(services: Services, unit: Unit, details: ContactDetails, reference: str, language: str) -> None:
    """Put a one-time code into the outbox; the code itself is put in when the message leaves."""
    found = sending_method(services.assembly, details)
    if found is None:
        raise InvalidInput("address", "code_not_sendable")
    method, address = found
    now = services.now()
    pending = DeliveryState.PENDING.value
    entry = OutboxEntry(
        unit.block.next_identity(), NO_TICKET, 0, Purpose.CODE.value, method.code, address, pending, now
    )
    entry.reference, entry.language = reference, language
    unit.site.outbox.enter(entry)
    unit.has_filled_outbox = True


def tell(
    services: Services,
    unit: Unit,
    ticket: Ticket,
    place: int,
    purpose: Purpose,
    details: ContactDetails | None = None,
    *,
    was_shown: bool = True,
) -> OutboxEntry | None:
    """Put a message to the applicant into the outbox, or let it stand on the follow page.

    What we write to somebody waits for ``answer_grace`` before it is sent, so that it can be taken back. A receipt is
    only sent where that needs nobody's time when the applicant *was_shown* it; and never for what no
    person may have written, to an address that a program typed in. *details* are where
    somebody is reached who was reached there until now.
    """
    reach = reachable(ticket, details or ticket.details)
    method, address = choose_method(services.assembly, reach, ticket.preferred_method)
    needs_somebody = method.initial_state is not DeliveryState.PENDING
    if purpose is Purpose.RECEIPT and ((needs_somebody and was_shown) or ticket.suspicions):
        return None
    now = services.now()
    entry = OutboxEntry(
        identity=unit.block.next_identity(),
        ticket_id=ticket.id,
        place=place,
        purpose=purpose.value,
        method=method.code,
        address=address,
        state=method.initial_state.value,
        created_at=now,
    )
    unit.site.outbox.enter(entry, ticket.call_group)
    ticket.notifications += (entry.id,)
    if method.initial_state is DeliveryState.PENDING:
        if purpose in _CAN_BE_TAKEN_BACK and services.assembly.options.answer_grace:
            unit.site.outbox.put(
                entry, DeliveryState.PENDING, now + timedelta(seconds=services.assembly.options.answer_grace)
            )
        unit.has_filled_outbox = True
    elif method.initial_state is DeliveryState.STANDING and purpose.is_answer:
        meet_promise(ticket, now)
    return entry


def needs_no_call(services: Services, unit: Unit, ticket: Ticket, *purposes: Purpose) -> None:
    """Let what nobody has to be told any more stand on the follow page: nobody is called for it, nothing is sent."""
    for entry in (unit.site.outbox.entries[identity] for identity in ticket.notifications):
        is_waiting = entry.state in (DeliveryState.TO_BE_TOLD, DeliveryState.TOGETHER) or (
            entry.state == DeliveryState.PENDING and entry.lease_until is None
        )
        if is_waiting and entry.purpose in purposes:
            hand_on(services, unit, entry)
            unit.site.outbox.put(entry, DeliveryState.STANDING)


_CAN_BE_TAKEN_BACK = frozenset({Purpose.ANSWER, Purpose.QUESTION})


def follow_link(assembly: Assembly, ticket: Ticket) -> str:
    """Return the address of the follow page. Whoever has it needs nothing else: it is never stored or logged."""
    code = tracking_code(assembly.secret, ticket.id, ticket.code_generation)
    return f"{assembly.options.base_url}/takip/{address_of(ticket.id)}/{code}"


_SUBJECTS = {
    Purpose.RECEIPT: _("Your application ${number} has been received"),
    Purpose.ANSWER: _("An answer to your application ${number}"),
    Purpose.QUESTION: _("A question about your application ${number}"),
    Purpose.CONTACT_CHANGED: _("The contact details of your application ${number} were changed"),
    Purpose.MORE: _("About your application ${number}"),
}
_OPENINGS = {
    Purpose.RECEIPT: _("Your application has been registered under the number ${number}."),
    Purpose.ANSWER: _("This is our answer to your application ${number}:"),
    Purpose.QUESTION: _("To go on with your application ${number} we need to know something from you:"),
    Purpose.CONTACT_CHANGED: _(
        "Somebody who has the link of your application ${number} changed how we reach you: our answers go to another "
        "address from now on. If it was not you, please call us at once."
    ),
    Purpose.MORE: _("This is about your application ${number}:"),
}
# Health, hardship or violence must not be read over somebody's shoulder.
_HARMLESS = frozenset({Purpose.RECEIPT, Purpose.CONTACT_CHANGED})
_FOLLOW_HERE = _("You can follow your application here:")


def compose(
    assembly: Assembly,
    ticket: Ticket,
    purpose: Purpose,
    text: str,
    *,
    key: str,
    address: str,
    link: str,
    is_name_hidden: bool = False,
    also: Sequence[Part] = (),
) -> Notification:
    """Render a message exactly as it will be sent; *also* is what the same person is told of other tickets with it.

    The preview uses this too, with the code in *link* hidden, and the name where whoever looks may not know it.
    """
    language = ticket.language
    brand = assembly.extensions.brand
    name = "•••" if is_name_hidden else ticket.details.name

    def say(message: str, **values: object) -> str:
        return translate(message, language, number=ticket.number, **values)

    greeting = say(_("Dear ${name},"), name=name) if name else say(_("Hello,"))
    subject = say(_SUBJECTS[purpose])
    where = _("You can answer on your follow page:") if purpose is Purpose.QUESTION else _FOLLOW_HERE
    following = say(where) + f"\n{link}"
    if also:
        subject, content, following = words_of_several([Part(ticket, text, link), *also], language)
    elif ticket.sensitive and purpose not in _HARMLESS:
        content = [say(DISCREET)]
    else:
        # A ready answer names the number itself.
        content = [text] if ticket.number in text else [say(_OPENINGS[purpose]), text]
    closing = [following, f"{brand.name}\n{brand.municipality}"]
    if brand.is_demo:
        closing.append(brand.notice if language == "tr" else brand.notice_en or brand.notice)
    return Notification(
        key=key,
        to=address,
        to_name=name,
        subject=subject,
        body="\n\n".join(part.strip() for part in (greeting, *content, *closing) if part.strip()) + "\n",
        language=language,
    )


def spoken(
    assembly: Assembly,
    ticket: Ticket,
    purpose: Purpose,
    text: str,
    also: Sequence[Part] = (),
    *,
    is_name_hidden: bool = False,
) -> list[str]:
    """Return what is said to the applicant on the telephone, in their language: a greeting, then every word of it.

    Health, hardship or violence is told to the person alone: the greeting names no matter.
    """
    language, name = ticket.language, "•••" if is_name_hidden else ticket.details.name

    def say(message: str, **values: object) -> str:
        return translate(message, language, number=ticket.number, **values)

    municipality = assembly.extensions.brand.municipality
    greeting = (
        say(_("Good day, I am calling from ${municipality}. Am I speaking to ${name}?"), municipality=municipality,
            name=name)
        if name
        else say(_("Good day, I am calling from ${municipality} about your application."), municipality=municipality)
    )  # fmt: skip
    if also:
        _subject, content, _following = words_of_several([Part(ticket, text), *also], language, is_aloud=True)
        return [greeting, *content]
    opening = [] if text and ticket.number in text else [say(_OPENINGS[purpose])]
    return [greeting, *opening, *([text] if text else [])]


def compose_code(assembly: Assembly, code: str, language: str, *, key: str, address: str) -> Notification:
    """Render the message with a one-time code. It names nobody and no application: the address may be a stranger's."""

    def say(message: str, **values: object) -> str:
        return translate(message, language, **values)

    brand = assembly.extensions.brand
    parts = [
        say(_("Hello,")),
        say(_("Your one-time code is:")) + f"\n{code[:3]} {code[3:]}",
        say(_("Type it into the page that asked for it. It is valid for ten minutes and for one use.")),
        say(_("We never ask for this code on the telephone. If you did not ask for it, you need not do anything.")),
        f"{brand.name}\n{brand.municipality}",
    ]
    if brand.is_demo:
        parts.append(brand.notice if language == "tr" else brand.notice_en or brand.notice)
    return Notification(
        key=key,
        to=address,
        to_name="",
        subject=say(_("Your one-time code")),
        body="\n\n".join(part.strip() for part in parts if part.strip()) + "\n",
        language=language,
    )
