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
from .domain.text import fold
from .hookspecs import hookimpl

__all__ = [
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
    "FeedbackMethod",
    "Neighbourhood",
    "Notification",
    "Question",
    "ReplyTemplate",
    "Synonym",
    "fold",
    "hookimpl",
    "mask_email",
    "mask_phone",
    "translatable",
]

translatable = TranslationStringFactory("halkla_iliskiler")
"""Marks a message id of the core's catalogue (a plugin makes its own factory with its own domain)."""
