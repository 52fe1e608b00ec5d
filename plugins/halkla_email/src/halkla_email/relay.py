"""The SMTP relay messages are handed to."""

import ipaddress
import os
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from .settings import PASSWORD

__all__ = ["LoginInTheOpen", "Relay"]


class LoginInTheOpen(smtplib.SMTPException):
    """There is a user name, the relay is another machine, and nothing would be encrypted on the way."""

    def __init__(self) -> None:
        super().__init__("no log-in without TLS but on this machine; nothing was sent")


@dataclass(frozen=True)
class Relay:
    """Where and how to hand over a message. ``timeout`` is in seconds."""

    host: str
    port: int
    starttls: bool = True
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Relay":
        """Read the plugin's settings; ``HALKLA_EMAIL_PORT`` in the environment overrides the port."""
        # Of one moment: a password must not be read with the host of another one.
        settings = copy(settings)
        return cls(
            host=settings.get("host", "127.0.0.1"),
            port=int(os.environ.get("HALKLA_EMAIL_PORT") or settings.get("port", "25")),
            starttls=_yes_or_no(settings.get("starttls", True)),
            username=settings.get("username", ""),
            password=settings.get(PASSWORD, ""),
            timeout=float(settings.get("timeout", "20")),
        )

    def send(self, message: EmailMessage) -> None:
        """Hand over one message.

        Raises:
            LoginInTheOpen: the password would be readable on the way.
            smtplib.SMTPException, OSError: it was not taken.
        """
        smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.username:
                if not self.starttls and not _is_here(smtp):
                    raise LoginInTheOpen
                smtp.login(self.username, self.password)
            smtp.send_message(message)
        finally:
            # Taken is taken: however the relay answers the goodbye, the message is not sent again.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def _is_here(smtp: smtplib.SMTP) -> bool:
    """Tell whether the relay is this machine: by the address that has answered, whatever its name is."""
    return smtp.sock is not None and ipaddress.ip_address(smtp.sock.getpeername()[0].partition("%")[0]).is_loopback


def _yes_or_no(given: str | bool) -> bool:
    """Read a switch; a misspelt one must not send mail and password in the open."""
    if given in (True, "true"):
        return True
    if given not in (False, "false"):
        raise ValueError(f"halkla_email.starttls = {given!r} must be true or false")
    return False
