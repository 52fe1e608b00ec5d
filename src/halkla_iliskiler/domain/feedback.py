"""How people are told, and how they reach us: what plugins (and the core's own built-ins) provide."""

from dataclasses import dataclass

from .applicant import ContactDetails, mask_email
from .outbox import Delivery, DeliveryState, Notification

__all__ = ["Channel", "FeedbackMethod"]


@dataclass(frozen=True)
class Channel:
    """A way in. ``label`` is a message id of the providing package's catalogue."""

    code: str
    label: str


class FeedbackMethod:
    """A way of telling an applicant something. Subclass it, and return an instance from the hook.

    ``initial_state`` says what happens to a new message: ``PENDING`` lets the worker call :meth:`deliver`,
    ``TO_BE_TOLD`` puts it before a member of staff, ``STANDING`` leaves it on the follow page.
    """

    code: str = ""
    label: str = ""
    initial_state: DeliveryState = DeliveryState.PENDING

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
