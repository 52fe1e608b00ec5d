"""The ways in that every city has, whether a plugin serves them or a person types them in."""

from halkla_iliskiler.api import Channel, hookimpl
from halkla_iliskiler.api import translatable as _


@hookimpl
def halkla_channels() -> list[Channel]:
    """Give the channels of the core."""
    return [
        Channel("web", _("Web form")),
        Channel("telephone", _("Telephone")),
        Channel("desk", _("Application desk")),
        Channel("field", _("Field crew")),
        Channel("social", _("Social media")),
        Channel("email", _("E-mail")),
        Channel("petition", _("Written petition")),
        Channel("cimer", _("CİMER")),
        Channel("muhtar", _("Neighbourhood head")),
    ]
