"""The two ways of telling people that need no technology: a call, and the follow page."""

from collections.abc import Mapping

from halkla_iliskiler.api import ContactDetails, DeliveryState, FeedbackMethod, hookimpl, mask_phone
from halkla_iliskiler.api import translatable as _


class Telephone(FeedbackMethod):
    """Somebody calls and says it; what is left is a list of people to be called."""

    code = "telephone"
    label = _("Telephone")
    initial_state = DeliveryState.TO_BE_TOLD

    def address_of(self, details: ContactDetails) -> str:
        """Reach whoever has left a telephone number."""
        return details.phone

    def mask(self, address: str) -> str:
        """Hide the middle of the number."""
        return mask_phone(address)


class FollowPage(FeedbackMethod):
    """It stands on the follow page, which everybody has."""

    code = "follow_page"
    label = _("Follow page")
    initial_state = DeliveryState.STANDING

    def address_of(self, details: ContactDetails) -> str:
        """Reach everybody: whoever has the code can read it."""
        return "-"


@hookimpl
def halkla_feedback_methods(settings: Mapping[str, str]) -> list[FeedbackMethod]:
    """Give the methods of the core, the telephone before the follow page."""
    return [Telephone(), FollowPage()]
