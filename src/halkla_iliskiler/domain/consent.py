"""What people may agree to beyond what their application needs (law 6698, art. 5): asked apart, and taken back."""

from dataclasses import dataclass, replace
from datetime import datetime

__all__ = ["CONSENT_VERSIONS", "CONSENT_WITHDRAWN", "Consent", "withdraw"]

CONSENT_VERSIONS = {"survey": "1", "photo": "1"}
"""Every purpose people can be asked about, with the version of the sentence they read; another sentence is another."""

CONSENT_WITHDRAWN = "consent_withdrawn"
"""The action of the history entry that says so."""


@dataclass(frozen=True)
class Consent:
    """Somebody agreed to one purpose, at a time, to a version of the sentence; perhaps they took it back later."""

    purpose: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Tell whether it has not been taken back."""
        return self.withdrawn_at is None


def withdraw(consents: tuple[Consent, ...], purpose: str, now: datetime) -> tuple[Consent, ...]:
    """Return *consents* with every standing one for *purpose* taken back at *now*; what was given stays on record."""
    return tuple(
        replace(consent, withdrawn_at=now) if consent.purpose == purpose and consent.stands else consent
        for consent in consents
    )
