"""What staff write down about a contact because of the way it came. Citizens read none of these."""

from halkla_iliskiler.api import ChannelField
from halkla_iliskiler.api import translatable as _

__all__ = ["ACCOUNT", "CIMER", "COURT", "KEP", "LINK", "MUHTAR", "RECEIVED", "REGISTRY", "SIGNATURE"]

SIGNATURE = ChannelField(
    "signature",
    _("Signature"),
    "choice",
    options=(
        ("wet", _("signed by hand")),
        ("electronic", _("electronic signature")),
        ("fingerprint", _("fingerprint or seal, witnessed")),
        ("none", _("not signed")),
    ),
)
RECEIVED = ChannelField("received", _("Received on"), "date", received=True)
REGISTRY = (
    ChannelField(
        "registry_number",
        _("Registry number"),
        unique=True,
        yearly=True,
        help=_("The number given by the registry of documents."),
    ),
    ChannelField(
        "received",
        _("Received on"),
        "date",
        received=True,
        help=_("The day it reached us; the time to answer runs from it."),
    ),
)
LINK = ChannelField("link", _("Link to the post"), "link", personal=True)
ACCOUNT = ChannelField("account", _("Account it came from"), personal=True)
CIMER = (
    ChannelField("foreign_number", _("CİMER number"), unique=True, expected=True),
    ChannelField("received", _("Sent to us on"), "date", received=True),
    ChannelField(
        "identity", _("Identity"), "choice", options=(("open", _("known")), ("hidden", _("wants to stay hidden")))
    ),
)
MUHTAR = ChannelField("foreign_number", _("Number in the neighbourhood heads' system"), unique=True)
KEP = (
    ChannelField("foreign_number", _("KEP message number"), unique=True, expected=True),
    ChannelField("kep_address", _("KEP address of the sender"), personal=True),
)
COURT = (
    ChannelField("foreign_number", _("Number of the letter"), unique=True, expected=True),
    ChannelField("file_number", _("File number of the court")),
    ChannelField("sender", _("Court or office")),
)
