"""Who applies: a person or a legal person, perhaps only a telephone number."""

from dataclasses import dataclass
from enum import StrEnum

from BTrees.LLBTree import LLTreeSet
from persistent import Persistent

from .text import fold_key

__all__ = [
    "IN_PERSON",
    "NOBODY",
    "Applicant",
    "ApplicantKind",
    "ContactDetails",
    "Representation",
    "mask_email",
    "mask_name",
    "mask_phone",
]


@dataclass(frozen=True)
class ContactDetails:
    """How somebody can be reached, as checked values: E.164 telephone, lower-case e-mail domain.

    ``address`` is where letters go, as it was told; some laws ask for it, no feedback method uses it yet.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no way to reach the person (an anonymous application)."""
        return not (self.phone or self.email)


NOBODY = ContactDetails()
"""Nothing is known of the person."""


class ApplicantKind(StrEnum):
    """In which capacity somebody applies."""

    PERSON = "PERSON"
    LEGAL_PERSON = "LEGAL_PERSON"
    FOREIGNER = "FOREIGNER"


@dataclass(frozen=True)
class Representation:
    """In what capacity somebody applies, and for whom.

    ``organisation`` is the title of a legal person; ``on_behalf_of`` names the person concerned when another writes for
    them; ``language_note`` is the language a foreigner would rather be spoken to in, in their own words.
    """

    kind: str = ApplicantKind.PERSON.value
    organisation: str = ""
    on_behalf_of: str = ""
    language_note: str = ""


IN_PERSON = Representation()
"""A person, for themselves."""


class Applicant(Persistent):
    """Somebody who applied, with every telephone and address they have used and all their tickets.

    A telephone may serve a household, so the same number may lead to several applicants.
    """

    def __init__(self, identity: int, details: ContactDetails) -> None:
        self.id = identity
        self.name = details.name
        self.phones: tuple[str, ...] = ()
        self.emails: tuple[str, ...] = ()
        self.tickets: LLTreeSet[int] = LLTreeSet()
        self.learn(details)

    def learn(self, details: ContactDetails) -> None:
        """Add what *details* tell that was not known."""
        self.name = self.name or details.name
        if details.phone and details.phone not in self.phones:
            self.phones += (details.phone,)
        if details.email and details.email not in self.emails:
            self.emails += (details.email,)

    def is_named_like(self, name: str) -> bool:
        """Tell whether *name* can be this person: the same name, or one of the two is unknown."""
        if not name or not self.name:
            return True
        # Names in other letters fold to nothing, and nothing is not the same name.
        own = fold_key(self.name)
        return fold_key(name) == own if own else name.split() == self.name.split()


def mask_phone(phone: str) -> str:
    """Show enough of a number to recognise it and too little to dial it: ``0532 ••• •• 67``."""
    return f"0{phone[3:6]} ••• •• {phone[-2:]}" if phone.startswith("+90") and len(phone) == 13 else _mask(phone, 3, 2)


def mask_email(email: str) -> str:
    """Show the first letter and the domain: ``a•••@example.com``."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••@{domain}"


def mask_name(name: str) -> str:
    """Show initials: ``Ayşe Yılmaz`` becomes ``A••• Y•••``."""
    return " ".join(f"{word[:1]}•••" for word in name.split())


def _mask(text: str, head: int, tail: int) -> str:
    return f"{text[:head]}•••{text[-tail:]}" if len(text) > head + tail else "•••"
