"""Turning a notification into a message, and the relay's answer into what became of it."""

import smtplib
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from typing import Any

from halkla_iliskiler.api import ContactDetails, Delivery, FeedbackMethod, Notification
from halkla_iliskiler.api import translatable as _

from .relay import Relay

__all__ = ["Email"]

# ASCII on the wire: a relay need not take eight bits, and smtplib does not ask it whether it does (RFC 6152).
_POLICY = SMTP.clone(cte_type="7bit")


class Email(FeedbackMethod):
    """E-mail over SMTP."""

    code = "email"
    label = _("E-mail")

    def __init__(self, settings: Mapping[str, Any]) -> None:
        # Asked at each message: they may have been changed meanwhile.
        self._settings = settings

    @property
    def _sender(self) -> str:
        return str(self._settings["sender"])

    def address_of(self, details: ContactDetails) -> str:
        """Reach whoever has left an address."""
        return details.email

    def deliver(self, notification: Notification) -> Delivery:
        """Hand the message to the relay. A refusal of the address or of the message is final; anything else may pass.

        That the relay does not know the sender or the password is a fault of the settings: it is tried again until
        somebody has put them right.
        """
        if not notification.to.rpartition("@")[0].isascii():
            # The forms accept no such address; one that was kept before they refused it is told at once.
            return Delivery(False, "letters that are not ASCII before the @ cannot be delivered to", is_permanent=True)
        try:
            Relay.from_settings(self._settings).send(self.message(notification))
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            return Delivery(False, f"{code} {_text(answer)}", is_permanent=500 <= code < 600)
        except smtplib.SMTPResponseException as refused:
            is_final = isinstance(refused, smtplib.SMTPDataError) and 500 <= refused.smtp_code < 600
            return Delivery(False, f"{refused.smtp_code} {_text(refused.smtp_error)}", is_permanent=is_final)
        except (smtplib.SMTPException, OSError) as problem:
            return Delivery(False, f"{type(problem).__name__}: {problem}")
        return Delivery(True)

    def message(self, notification: Notification) -> EmailMessage:
        """Build the message (RFC 5322, RFC 3834). The Message-ID comes from the key and is the same every time."""
        # The text first: it throws away every Content- header that is there already.
        message = EmailMessage(policy=_POLICY)
        message.set_content(notification.body)
        sender = self._sender
        domain = sender.rpartition("@")[2]
        message["Message-ID"] = f"<{notification.key}.halkla@{domain}>"
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(_one_line(notification.to_name), addr_spec=_in_ascii(notification.to))
        message["Subject"] = _one_line(notification.subject)
        message["Date"] = localtime()
        message["Content-Language"] = notification.language
        # Not to be answered by machines, so that two of them never write to each other for ever.
        message["Auto-Submitted"] = "auto-generated"
        return message

    def trial(self, to: str) -> EmailMessage:
        """Build a message that an administrator sends to see whether mail arrives."""
        message = EmailMessage(policy=_POLICY)
        message.set_content("Bu bir deneme iletisidir. E-posta ayarları çalışıyor.\n\nThis is a trial message.\n")
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message["From"] = Address(addr_spec=self._sender)
        message["To"] = Address(addr_spec=_in_ascii(to))
        message["Subject"] = "Deneme / Trial"
        message["Date"] = localtime()
        message["Auto-Submitted"] = "auto-generated"
        return message


def _in_ascii(address: str) -> str:
    """Return an address whose domain is written as mail systems do (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode('ascii')}"


def _one_line(text: str) -> str:
    """Return text that cannot begin another header."""
    return " ".join(text.split())


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
