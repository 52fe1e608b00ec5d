"""What the law asks of an application, by regime. Nothing here refuses anybody: what is missing is asked for."""

from dataclasses import dataclass

from .channel_fields import SIGNATURE
from .feedback import Channel
from .ticket import Contact, Ticket
from .workflow import Regime

__all__ = ["CONTACT", "LAWS", "Missing", "missing_of", "regime_for"]

CONTACT = "contact"
"""A way to reach somebody, where the service cannot be given to somebody unknown."""

_ADDRESSED = ("name", "address", SIGNATURE)
_NEEDED: dict[str, tuple[str, ...]] = {
    Regime.PETITION_3071: _ADDRESSED,
    Regime.INFORMATION_4982: _ADDRESSED,
    Regime.DATA_SUBJECT_6698: ("name", "address"),
}
LAWS = {
    Regime.PETITION_3071.value: ("3071", "4"),
    Regime.INFORMATION_4982.value: ("4982", "6"),
    Regime.DATA_SUBJECT_6698.value: ("6698", "13"),
}
"""Number and article of the law that asks for it."""

_UNSIGNED = ("", "none")


@dataclass(frozen=True)
class Missing:
    """Something an application lacks: ``code`` is ``name``, ``address``, ``signature``, ``contact`` or a field's code.

    ``law`` is ``(number, article)``, or ``None`` where no law but the matter itself needs it.
    """

    code: str
    law: tuple[str, str] | None = None


def regime_for(category_regime: str, channel: Channel, chosen: str = "") -> str:
    """Return the law a matter falls under: what staff chose, else the subject's, else the channel's."""
    if chosen:
        return chosen
    return category_regime if category_regime != Regime.SERVICE else channel.regime or Regime.SERVICE.value


def missing_of(ticket: Ticket, channel: Channel | None, *, needs_contact: bool = False) -> list[Missing]:
    """Return what is missing of an application, in the order in which it is asked for.

    Whoever applied without saying who they are through a channel that hides it (a confidential tip-off through
    CİMER) is never asked.
    """
    first = ticket.contacts[0]
    vouched = channel.vouches_for if channel else ()
    law = LAWS.get(ticket.regime)
    found = [
        Missing(code, law)
        for code in _NEEDED.get(ticket.regime, ())
        if code not in vouched and not _is_there(ticket, first, code)
    ]
    if needs_contact and ticket.details.is_empty:
        found.append(Missing(CONTACT))
    expected = (field.code for field in (channel.fields if channel else ()) if field.expected)
    return found + [Missing(code) for code in expected if not first.field(code)]


def _is_there(ticket: Ticket, first: Contact, code: str) -> bool:
    if code == SIGNATURE:
        # Law 4982, art. 6: or anything else that shows whom it comes from.
        if ticket.national_id and ticket.regime == Regime.INFORMATION_4982:
            return True
        return any(contact.field(SIGNATURE) not in _UNSIGNED for contact in ticket.contacts)
    if code == "name":
        return bool(ticket.representation.organisation) or any(contact.details.name for contact in ticket.contacts)
    return bool(first.details.address) or any(contact.details.address for contact in ticket.contacts)
