"""What the core itself asks of an application beyond a complete form."""

from halkla_iliskiler.api import ApplicationView, Refusal, hookimpl
from halkla_iliskiler.api import translatable as _


@hookimpl
def halkla_check_application(application: ApplicationView) -> Refusal | None:
    """Refuse an anonymous question, and an anonymous wish for a service that cannot be given to nobody.

    A question needs somebody to answer, and a service at home needs somebody to visit; for the rest the follow page is
    enough (an unsigned denunciation is still looked at, by people).
    """
    if application.is_anonymous and (application.kind == "QUESTION" or application.needs_contact):
        return Refusal(
            "contact", _("For this we need your telephone or e-mail, so that we can reach you."), "contact_needed"
        )
    return None
