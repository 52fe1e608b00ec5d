"""How people are told, and how they reach us: what plugins (and the core's own built-ins) provide."""

from dataclasses import dataclass

from .applicant import ContactDetails, mask_email
from .outbox import Delivery, DeliveryState, Notification

__all__ = ["Channel", "ChannelField", "FeedbackMethod"]


@dataclass(frozen=True)
class ChannelField:
    """What is written down about a contact besides the words, because it came this way.

    ``kind`` is ``text``, ``link``, ``date`` or ``choice``; ``options`` are ``(code, label)`` of a choice. Of a field
    that is ``unique`` no two contacts of the channel may have the same value: a foreign number is one application. One
    that is ``yearly``, too, begins anew with each year, as registries do. A
    date that is ``received`` is the day on which the matter reached the municipality: the clocks start there. What is
    ``expected`` and not given is no reason to refuse anything; it is shown as missing. What is ``personal`` is shown
    to those alone who may know who applied.
    """

    code: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    unique: bool = False
    yearly: bool = False
    received: bool = False
    expected: bool = False
    personal: bool = False
    help: str = ""


@dataclass(frozen=True)
class Channel:
    """A way in. ``label`` is a message id of the providing package's catalogue.

    ``fields`` is what belongs to a contact that came this way. ``regime`` is the law the matter falls under when its
    subject says nothing else (a :class:`~halkla_iliskiler.domain.workflow.Regime`). ``vouches_for`` names what the
    channel itself has checked and nobody has to ask for: ``name``, ``address``, ``signature``. ``by_staff`` says
    whether people write down what comes this way; ``on_paper``, that a file that comes with it is a paper about the
    applicant (a petition, a letter) rather than a photo of the matter, unless whoever records it says otherwise.
    """

    code: str
    label: str
    fields: tuple[ChannelField, ...] = ()
    regime: str = ""
    vouches_for: tuple[str, ...] = ()
    by_staff: bool = True
    on_paper: bool = False

    def field(self, code: str) -> ChannelField | None:
        """Return the field of that code, or ``None``."""
        return next((field for field in self.fields if field.code == code), None)


class FeedbackMethod:
    """A way of telling an applicant something. Subclass it, and return an instance from the hook.

    ``initial_state`` says what happens to a new message: ``PENDING`` lets the worker call :meth:`deliver`,
    ``TO_BE_TOLD`` puts it before a member of staff, ``STANDING`` leaves it on the follow page. ``part_length`` is how
    many characters fit into one part of a message where that matters (a text message), so that whoever writes sees how
    many parts it takes; 0 where it does not.
    """

    code: str = ""
    label: str = ""
    initial_state: DeliveryState = DeliveryState.PENDING
    part_length: int = 0

    def address_of(self, details: ContactDetails) -> str:
        """Return where this method reaches the person, or an empty string when it cannot."""
        raise NotImplementedError

    def mask(self, address: str) -> str:
        """Return the address as staff without a reason to know it may see it."""
        return mask_email(address) if "@" in address else ""

    def deliver(self, notification: Notification) -> Delivery:
        """Send one message and say what became of it.

        Called by the worker, outside any transaction, possibly more than once for the same ``notification.key``:
        use the key to let the other side notice a repetition. An exception counts as a failure that may pass.
        """
        raise NotImplementedError
