"""What the plugin says to people."""

from translationstring import TranslationStringFactory

__all__ = ["METHODS", "RATINGS", "_"]

_ = TranslationStringFactory(__package__)

RATINGS = {
    "5": _("Very content"),
    "4": _("Content"),
    "3": _("So-so"),
    "2": _("Not content"),
    "1": _("Not content at all"),
}
METHODS = {
    "page": _("asked on the follow page"),
    "email": _("asked by e-mail"),
    "telephone": _("asked on the telephone"),
}
"""How somebody was asked, by the code that is kept."""
