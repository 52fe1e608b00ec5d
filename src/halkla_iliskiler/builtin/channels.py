"""The ways in that every city has, whether a plugin serves them or a person types them in."""

from halkla_iliskiler.api import Channel, hookimpl
from halkla_iliskiler.api import translatable as _

from .channel_fields import ACCOUNT, CIMER, COURT, KEP, LINK, MUHTAR, RECEIVED, REGISTRY, SIGNATURE


@hookimpl
def halkla_channels() -> list[Channel]:
    """Give the channels of the core."""
    return [
        Channel("web", _("Web form"), by_staff=False),
        Channel("telephone", _("Telephone")),
        Channel("desk", _("Application desk"), (SIGNATURE,), on_paper=True),
        Channel("field", _("Field crew")),
        Channel("social", _("Social media"), (LINK, ACCOUNT)),
        Channel("email", _("E-mail"), (RECEIVED,)),
        Channel("petition", _("Written petition"), (*REGISTRY, SIGNATURE), regime="PETITION_3071", on_paper=True),
        # Whoever applies through CİMER has been identified there, and may have asked to stay hidden: nobody asks again.
        Channel(
            "cimer",
            _("CİMER"),
            CIMER,
            regime="PETITION_3071",
            vouches_for=("name", "address", "signature"),
            on_paper=True,
        ),
        Channel("muhtar", _("Neighbourhood head"), (MUHTAR, RECEIVED), on_paper=True),
        Channel(
            "kep",
            _("Registered e-mail (KEP)"),
            (*KEP, *REGISTRY),
            regime="PETITION_3071",
            vouches_for=("signature",),
            on_paper=True,
        ),
        Channel("court", _("Court or prosecutor"), (*COURT, *REGISTRY), regime="COURT", on_paper=True),
    ]
