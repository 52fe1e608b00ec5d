"""All that a plugin imports. What is not here is not promised to stay."""

from translationstring import TranslationStringFactory

from .domain.applicant import ContactDetails, mask_email, mask_phone
from .domain.city import (
    Body,
    Brand,
    Category,
    Danger,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from .domain.demo import DemoTicket
from .domain.feedback import Channel, ChannelField, FeedbackMethod
from .domain.outbox import Delivery, DeliveryState, Notification
from .domain.steps import Step, StepRoom
from .domain.text import fold
from .domain.views import EVENT_NAMES, ApplicationView, Satisfaction, TicketEvent, TicketView
from .hookspecs import hookimpl
from .hookspecs.house import House, PluginData
from .hookspecs.values import (
    API_VERSION,
    About,
    AccountChange,
    AccountView,
    Application,
    Asked,
    Filed,
    Form,
    Job,
    Page,
    Panel,
    Refusal,
    Refused,
    Said,
    Tried,
)

__all__ = [  # noqa: RUF022  (in the order in which a reader looks a name up; a test has it)
    "API_VERSION",
    "About",
    "AccountChange",
    "AccountView",
    "Application",
    "ApplicationView",
    "Asked",
    "Body",
    "Brand",
    "Category",
    "Channel",
    "ChannelField",
    "ContactDetails",
    "Danger",
    "Delivery",
    "DeliveryState",
    "DemoTicket",
    "Department",
    "EVENT_NAMES",
    "FeedbackMethod",
    "Filed",
    "Form",
    "House",
    "Job",
    "Neighbourhood",
    "Notification",
    "Page",
    "Panel",
    "PluginData",
    "Question",
    "Refusal",
    "Refused",
    "ReplyTemplate",
    "Said",
    "Satisfaction",
    "Step",
    "StepRoom",
    "Synonym",
    "TicketEvent",
    "TicketView",
    "Tried",
    "fold",
    "hookimpl",
    "mask_email",
    "mask_phone",
    "translatable",
]

translatable = TranslationStringFactory("halkla_iliskiler")
"""Marks a message id of the core's catalogue (a plugin makes its own factory with its own domain)."""
