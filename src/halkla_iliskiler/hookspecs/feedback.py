"""The ways of telling people."""

from collections.abc import Mapping

from ..domain.feedback import FeedbackMethod
from .marker import hookspec


@hookspec
def halkla_feedback_methods(settings: Mapping[str, str]) -> list[FeedbackMethod]:
    """Give methods by which an applicant can be told something.

    Asked once at start-up. ``settings`` holds the ini's keys that begin with the plugin's package name, without that
    prefix (``halkla_email.host`` arrives as ``host``). An applicant is told by the first method that reaches them:
    the plugin listed last in the ini comes first, the core's telephone and follow page last.

    .. versionadded:: 0.1
    """
