"""The SMTP relay messages are handed to."""

import os
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

__all__ = ["Relay"]


@dataclass(frozen=True)
class Relay:
    """Where and how to hand over a message. ``timeout`` is in seconds."""

    host: str
    port: int
    starttls: bool = True
    username: str = ""
    timeout: float = 20.0

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "Relay":
        """Read the plugin's settings; ``HALKLA_EMAIL_PORT`` in the environment overrides the port."""
        return cls(
            host=settings.get("host", "127.0.0.1"),
            port=int(os.environ.get("HALKLA_EMAIL_PORT") or settings.get("port", "25")),
            starttls=settings.get("starttls", "true") == "true",
            username=settings.get("username", ""),
            timeout=float(settings.get("timeout", "20")),
        )

    def send(self, message: EmailMessage) -> None:
        """Hand over one message.

        Raises:
            smtplib.SMTPException, OSError: it was not taken.
        """
        smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.username:
                smtp.login(self.username, _password())
            smtp.send_message(message)
        except BaseException:
            smtp.close()
            raise
        # Taken is taken: how the relay answers the goodbye must not make us send it again.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _password() -> str:
    if directory := os.environ.get("CREDENTIALS_DIRECTORY"):
        file = Path(directory) / "halkla-email-password"
        if file.exists():
            return file.read_text(encoding="utf-8").strip()
    return os.environ.get("HALKLA_EMAIL_PASSWORD", "")
