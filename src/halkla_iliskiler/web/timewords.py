"""Time as people say it: "yarın 14.30'a kadar", "3 saat kaldı", "2 gün gecikti", with the exact instant beside it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from babel.dates import format_date

from ..i18n import _, translate

__all__ = ["Due", "Moment", "TimeWords"]

_FULL_DAY = {
    "tr": "d MMMM y EEEE",
    "en": "EEEE d MMMM y",
    "ar": "EEEE d MMMM y",
    "ru": "EEEE, d MMMM y 'г'.",
}
_BEFORE_CLOCK = {"tr": " ", "en": ", ", "ar": "، ", "ru": ", "}
_DAY = {"tr": "d MMMM EEEE", "en": "EEEE d MMMM", "ar": "EEEE d MMMM", "ru": "EEEE, d MMMM"}
_CLOCK = {"tr": "%H.%M", "en": "%H:%M", "ar": "%H:%M", "ru": "%H:%M"}
_SOON = timedelta(hours=4)
_MIDNIGHT = time()

# The dative of a number as it is spoken, by its last word: 14.30 "otuz'a", 14.25 "beş'e".
_UNITS = ("a", "e", "ye", "e", "e", "e", "ya", "ye", "e", "a")
_TENS = {10: "a", 20: "ye", 30: "a", 40: "a", 50: "ye"}


@dataclass(frozen=True)
class Moment:
    """An instant in words, for machines, and exactly."""

    words: str
    iso: str
    exact: str


@dataclass(frozen=True)
class Due:
    """A due time in words; ``tone`` is ``late``, ``soon`` or ``ok``."""

    words: str
    tone: str
    iso: str
    exact: str


class TimeWords:
    """Says times in one language, seen from one present."""

    def __init__(self, language: str, now: datetime, zone: tzinfo) -> None:
        self._language = language
        self._now = now.astimezone(zone)
        self._zone = zone

    def moment(self, at: datetime) -> Moment:
        """Say when something was: "bugün 14.05", "dün 09.10", or the full date.

        What only a day is known of is kept as its beginning, and no hour is invented for it.
        """
        local = at.astimezone(self._zone)
        days = (self._now.date() - local.date()).days
        if local.time() == _MIDNIGHT and days:
            day = _formatted(local.date(), _FULL_DAY[self._language], self._language)
            return Moment(self._say(_("yesterday")) if days == 1 else day, local.date().isoformat(), day)
        clock = local.strftime(_CLOCK[self._language])
        exact = self.exact(at)
        if days == 0:
            words = self._say(_("today ${clock}"), clock=clock)
        elif days == 1:
            words = self._say(_("yesterday ${clock}"), clock=clock)
        else:
            words = exact
        return Moment(words, local.isoformat(timespec="minutes"), exact)

    def exact(self, at: datetime) -> str:
        """Say the full date and time: "9 Ocak 2026 Cuma 14.05"."""
        local = at.astimezone(self._zone)
        day = _formatted(local.date(), _FULL_DAY[self._language], self._language)
        return f"{day}{_BEFORE_CLOCK[self._language]}{local.strftime(_CLOCK[self._language])}"

    def clock(self, at: datetime) -> str:
        """Say the time of the day: "14.05"."""
        return at.astimezone(self._zone).strftime(_CLOCK[self._language])

    def day(self, iso: str) -> str:
        """Say a day: "9 Ocak Cuma"."""
        return _formatted(date.fromisoformat(iso), _DAY[self._language], self._language)

    def due(self, at: datetime) -> Due:
        """Say how a due time stands: how late, how much is left, or until when."""
        left = at - self._now
        tone = "late" if left < timedelta() else "soon" if left < _SOON else "ok"
        local = at.astimezone(self._zone)
        words = self._late(-left) if tone == "late" else self._left(left, local)
        return Due(words, tone, local.isoformat(timespec="minutes"), self.exact(at))

    def short_due(self, at: datetime) -> tuple[str, str]:
        """Say a due time for a dense list: ``("2 saat gecikti", "late")``."""
        left = at - self._now
        tone = "late" if left < timedelta() else "soon" if left < _SOON else "ok"
        return (self._late(-left) if tone == "late" else self._span_left(left)), tone

    def step(self, due: int) -> tuple[bool, int, int]:
        """Return what :meth:`short_due` says of a due time in seconds since 1970, without the words.

        Whether it is late, the seconds of the unit, how many of them: while this stays the same, so do the words.
        """
        left = due - self._now.timestamp()
        minutes = int(abs(left) // 60)
        unit = 60 if minutes < 60 else 3600 if minutes < 48 * 60 else 86400
        return left < 0, unit, minutes * 60 // unit

    def span(self, span: timedelta) -> str:
        """Say how long something takes: "48 saat", "15 gün"."""
        hours = int(span.total_seconds() // 3600)
        if hours <= 48:
            return self._say(_("${n} hours"), n=hours)
        return self._say(_("${n} days"), n=hours // 24)

    def _late(self, by: timedelta) -> str:
        minutes = int(by.total_seconds() // 60)
        if minutes < 60:
            return self._say(_("${n} min late"), n=max(minutes, 1))
        if minutes < 48 * 60:
            return self._say(_("${n} h late"), n=minutes // 60)
        return self._say(_("${n} days late"), n=minutes // (24 * 60))

    def _span_left(self, left: timedelta) -> str:
        minutes = int(left.total_seconds() // 60)
        if minutes < 60:
            return self._say(_("${n} min left"), n=max(minutes, 1))
        if minutes < 48 * 60:
            return self._say(_("${n} h left"), n=minutes // 60)
        return self._say(_("${n} days left"), n=minutes // (24 * 60))

    def _left(self, left: timedelta, local: datetime) -> str:
        if left < timedelta(hours=6):
            return self._span_left(left)
        until = self._until(local)
        days = (local.date() - self._now.date()).days
        if days == 0:
            return self._say(_("by ${clock} today"), clock=until)
        if days == 1:
            return self._say(_("by ${clock} tomorrow"), clock=until)
        day = _formatted(local.date(), _DAY[self._language], self._language)
        return self._say(_("by ${clock} on ${day}"), clock=until, day=day)

    def _until(self, local: datetime) -> str:
        clock = local.strftime(_CLOCK[self._language])
        return f"{clock}'{_dative(local.minute or local.hour)}" if self._language == "tr" else clock

    def _say(self, message: str, **values: object) -> str:
        return translate(message, self._language, **values)


def _dative(number: int) -> str:
    return _TENS[number] if number in _TENS else _UNITS[number % 10]


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))
