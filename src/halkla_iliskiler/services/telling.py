"""Telling an applicant something: which way, what exactly, and what it means for the promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.applicant import ContactDetails
from ..domain.codes import tracking_code
from ..domain.feedback import FeedbackMethod
from ..domain.moves import meet_promise
from ..domain.outbox import DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import Ticket, address_of
from ..i18n import _, translate
from ..storage import Site
from .unit import Unit

if TYPE_CHECKING:
    from .assembly import Assembly
    from .facade import Services

__all__ = ["choose_method", "compose", "details_of", "follow_link", "tell"]


def details_of(site: Site, ticket: Ticket) -> ContactDetails:
    """Return how the applicant of *ticket* can be reached (the newest telephone and address known)."""
    applicant = site.applicants.get(ticket.applicant_id) if ticket.applicant_id is not None else None
    if applicant is None:
        return ContactDetails()
    return ContactDetails(
        name=applicant.name,
        phone=applicant.phones[-1] if applicant.phones else "",
        email=applicant.emails[-1] if applicant.emails else "",
    )


def choose_method(assembly: Assembly, details: ContactDetails) -> tuple[FeedbackMethod, str]:
    """Return the first method that reaches the person, with the address; the follow page reaches everybody."""
    for method in assembly.extensions.feedback_methods.values():
        if address := method.address_of(details):
            return method, address
    raise LookupError("no feedback method reaches anybody; the follow page has been switched off")


def tell(services: Services, unit: Unit, ticket: Ticket, place: int, purpose: Purpose) -> OutboxEntry | None:
    """Put a message to the applicant into the outbox, or let it stand on the follow page.

    A receipt is only sent where that needs nobody's time: the applicant has just been shown it.
    """
    method, address = choose_method(services.assembly, details_of(unit.site, ticket))
    if purpose is Purpose.RECEIPT and method.initial_state is not DeliveryState.PENDING:
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
    unit.site.outbox.entries[entry.id] = entry
    ticket.notifications += (entry.id,)
    if method.initial_state is DeliveryState.PENDING:
        unit.site.outbox.schedule(entry, now)
        unit.has_filled_outbox = True
    elif method.initial_state is DeliveryState.STANDING and purpose.is_answer:
        meet_promise(ticket, now)
    return entry


def follow_link(assembly: Assembly, ticket: Ticket) -> str:
    """Return the address of the follow page. Whoever has it needs nothing else: it is never stored or logged."""
    code = tracking_code(assembly.secret, ticket.id, ticket.code_generation)
    return f"{assembly.options.base_url}/takip/{address_of(ticket.id)}/{code}"


_SUBJECTS = {
    Purpose.RECEIPT: _("Your application ${number} has been received"),
    Purpose.ANSWER: _("An answer to your application ${number}"),
    Purpose.QUESTION: _("A question about your application ${number}"),
}
_OPENINGS = {
    Purpose.RECEIPT: _("Your application has been registered under the number ${number}."),
    Purpose.ANSWER: _("This is our answer to your application ${number}:"),
    Purpose.QUESTION: _("To go on with your application ${number} we need to know something from you:"),
}
# Health, hardship or violence must not be read over somebody's shoulder.
_DISCREET = _("There is news about your application. You can read it with the link below.")


def compose(
    assembly: Assembly, site: Site, ticket: Ticket, purpose: Purpose, text: str, *, key: str, address: str, link: str
) -> Notification:
    """Render a message exactly as it will be sent. The preview uses this too, with the code in *link* hidden."""
    language = ticket.language
    brand = assembly.extensions.brand
    details = details_of(site, ticket)

    def say(message: str, **values: object) -> str:
        return translate(message, language, number=ticket.number, **values)

    greeting = say(_("Dear ${name},"), name=details.name) if details.name else say(_("Hello,"))
    if ticket.sensitive and purpose is not Purpose.RECEIPT:
        content = [say(_DISCREET)]
    else:
        # A ready answer names the number itself.
        content = [text] if ticket.number in text else [say(_OPENINGS[purpose]), text]
    closing = [say(_("You can follow your application here:")) + f"\n{link}", f"{brand.name}\n{brand.municipality}"]
    if brand.is_demo:
        closing.append(brand.notice_en if language == "en" else brand.notice)
    return Notification(
        key=key,
        to=address,
        to_name=details.name,
        subject=say(_SUBJECTS[purpose]),
        body="\n\n".join(part.strip() for part in (greeting, *content, *closing) if part.strip()) + "\n",
        language=language,
    )
