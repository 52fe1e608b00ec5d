"""What the plugin says to people."""

from translationstring import TranslationStringFactory

__all__ = ["EVENTS", "PROBLEMS", "_", "problem_of"]

_ = TranslationStringFactory(__package__)

EVENTS = {
    "filed": _("An application was registered"),
    "assigned": _("It went to a directorate"),
    "taken": _("Somebody took it on"),
    "sent_back": _("It was sent back to the centre"),
    "question_asked": _("The applicant was asked something"),
    "resumed": _("Work went on"),
    "answered": _("It was answered"),
    "planned": _("It was planned for a day"),
    "referred": _("It was forwarded to another body"),
    "done": _("It is done and the answer is out"),
    "given_back": _("The outcome was not accepted"),
    "closed": _("It was closed"),
    "reopened": _("It was opened again"),
    "reopening_requested": _("The applicant asked to open it again"),
    "reopening_refused": _("It is not opened again"),
    "applicant_wrote": _("The applicant wrote"),
    "withdrawn": _("The applicant withdrew it"),
    "rated": _("The applicant said how content they are"),
}
"""The events there are (``halkla_iliskiler.api.EVENT_NAMES``), in words."""

PROBLEMS = {
    "malformed": _("The address cannot be called as it is written."),
    "host": _("The host is not among those that may be called."),
    "plain": _("Without TLS (https) nothing is sent there."),
    "address": _("The name leads to a machine that must not be called."),
    "timeout": _("It did not answer in time."),
    "certificate": _("Its certificate cannot be trusted."),
    "name": _("Nobody knows the name of the host."),
    "answer": _("It answered something that is not HTTP, or too much."),
    "unreachable": _("It cannot be reached."),
    "redirect": _("It points elsewhere; that is not followed."),
    "status": _("It refused the call."),
    "gone": _("It wants no more calls (410)."),
    "secret": _("The signing secret is missing or malformed."),
}
"""What can be wrong with a call, by the code that is logged."""


def problem_of(status: int) -> str:
    """Return the code of what a status means, empty when the call was taken."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return "redirect"
    return "gone" if status == 410 else "status"
