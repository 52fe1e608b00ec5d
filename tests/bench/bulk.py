"""Sites of any size, filled through the same use cases as every other application, many in one transaction."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from halkla_iliskiler.domain.access import SYSTEM, Actor, Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.demo import DemoTicket
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.outbox import DeliveryState
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.storage import create_database

__all__ = ["CLERK", "SUPERVISOR", "Built", "Words", "build"]

BATCH = 500
OPEN_SHARE = 0.12
SPAN = timedelta(days=700)
_SENTENCE = re.compile(r"[^.!?]{25,200}[.!?]")
_OPENINGS = ("Merhaba,", "İyi günler,", "Sayın yetkili,", "Kolay gelsin,", "", "", "")
_CLOSINGS = ("Teşekkürler.", "İlginizi bekliyorum.", "Gereğini rica ederim.", "Saygılarımla.", "", "")
_FIRST = (
    "Ayşe Fatma Emine Hatice Zeynep Elif Meryem Şerife Sultan Gülşen Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim "
)
_FIRST += "İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Çağla Işıl Özge Ümit Şükrü"
_LAST = (
    "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt "
)
_LAST += "Özkan Şimşek Polat Korkmaz Çakır Erdoğan Işık Güneş Bulut Taş Ünal Gündüz"
_CHANNELS = ("telephone",) * 12 + ("web",) * 3 + ("social",) * 2 + ("desk", "email", "field")

SUPERVISOR = Actor("olcum-sorumlu", "Ölçüm Sorumlusu", (Grant("supervisor"),))
CLERK = "olcum-birim"


class Words:
    """What citizens write, put together from the sentences of the demonstration's invented applications."""

    def __init__(self, demo: list[DemoTicket], random: Random) -> None:
        self._demo = [ticket for ticket in demo if ticket.category]
        self._random = random
        self._first, self._last = _FIRST.split(), _LAST.split()
        self._sentences: dict[str, list[str]] = {}
        for ticket in self._demo:
            flowing = " ".join(ticket.text.split())
            self._sentences.setdefault(_group(ticket), []).extend(s.strip() for s in _SENTENCE.findall(flowing))

    @property
    def categories(self) -> list[str]:
        """Every category somebody writes about."""
        return sorted({ticket.category or "" for ticket in self._demo})

    def ticket(self) -> DemoTicket:
        """Return one of the invented applications, to be varied."""
        return self._random.choice(self._demo)

    def text(self, about: DemoTicket) -> str:
        """Return a text of about 400 characters."""
        pick = self._random.choice
        more = [pick(self._sentences[_group(about)]) for _ in range(self._random.randint(1, 3))]
        where = f"{self._random.randint(1, 9)}{self._random.randint(10, 99)} Sokak No:{self._random.randint(1, 120)}."
        return " ".join(filter(None, (pick(_OPENINGS), about.text, *more, where, pick(_CLOSINGS))))

    def name(self) -> str:
        return f"{self._random.choice(self._first)} {self._random.choice(self._last)}"

    def two_words(self, text: str) -> str:
        """Return two words of a text that somebody might search for."""
        words = [word for word in re.findall(r"\w{5,}", text) if not word.isdigit()]
        return " ".join(self._random.sample(words, 2))


def _group(ticket: DemoTicket) -> str:
    return (ticket.category or "")[:3]


@dataclass
class Built:
    """A filled site and what is asked of it."""

    directory: Path
    size: int
    passwords: dict[str, str]
    addresses: list[tuple[str, str]]
    """Number and tracking code of a sample of tickets."""
    searches: list[str]
    seconds: float
    bytes_unpacked: int
    bytes_packed: int


def build(settings: dict[str, str], size: int, progress: Callable[[int, int], None]) -> Built:
    """Create a site, fill it, pack it."""
    directory = Path(settings["halkla.data"])
    present = datetime.now(UTC)
    create_database(directory, present - SPAN)
    assembly = Assembly.open(settings)
    random = Random(size)
    words = Words(assembly.extensions.demo_tickets(present), random)
    services = assembly.services(SYSTEM)
    services.city.take_over()
    busiest = _busiest(assembly, words)
    passwords = {person: secrets.token_urlsafe(12) for person in (SUPERVISOR.id, CLERK)}
    services.accounts.add(SUPERVISOR.id, SUPERVISOR.name, passwords[SUPERVISOR.id], SUPERVISOR.grants)
    services.accounts.add(CLERK, "Ölçüm Birimi", passwords[CLERK], (Grant("clerk", busiest),))
    filed: list[tuple[str, str, str]] = []
    started = time.perf_counter()
    for first in range(0, size, BATCH):
        times = [present - SPAN + SPAN * ((first + n) / size) for n in range(min(BATCH, size - first))]
        state = random.getstate()

        def fill(shared: Services, times: list[datetime] = times, state: object = state) -> list[tuple[str, str, str]]:
            random.setstate(state)  # type: ignore[arg-type]
            return [_one(shared, words, random, at) for at in times]

        filed += services.together(fill, "tickets to be measured")
        progress(first + len(times), size)
    seconds = time.perf_counter() - started
    data = directory / "Data.fs"
    unpacked = data.stat().st_size
    assembly.database._db.pack()
    packed = data.stat().st_size
    assembly.close()
    data.with_suffix(".fs.old").unlink(missing_ok=True)
    sample = random.sample(filed, min(len(filed), 5000))
    searches = [words.two_words(text) for _, _, text in sample[:300]]
    addresses = [(address, code) for address, code, _ in sample]
    return Built(directory, size, passwords, addresses, searches, seconds, unpacked, packed)


def _busiest(assembly: Assembly, words: Words) -> str:
    with assembly.database.reading() as site:
        found = [site.city.category(words.ticket().category) for _ in range(2000)]
    departments = [category.department for category in found if category]
    return max(set(departments), key=departments.count)


def _one(services: Services, words: Words, random: Random, at: datetime) -> tuple[str, str, str]:
    """Let one application come in and go its way."""
    about = words.ticket()
    text = words.text(about)
    channel = random.choice(_CHANNELS)
    draft = Draft(
        words=text,
        kind=about.kind,
        channel=channel,
        intake_key=f"bench:{random.getrandbits(96):024x}",
        category=about.category,
        location=Location(about.neighbourhood, about.place),
        # Prefixes that belong to no operator; some people call again.
        details=ContactDetails(
            words.name(),
            f"+90511{random.randrange(10**7) // 3 * 3:07d}",
            f"{random.getrandbits(40):x}@example.org" if random.random() < 0.3 else "",
        ),
        recorded_by_staff=True,
    )
    filed = services.acting_as(SUPERVISOR, lambda: at).intake.file(draft)
    for order, later in _way(about, random):
        moment = at + later
        services.acting_as(SYSTEM, lambda moment=moment: moment).handling.act(filed.ticket_id, order, None)
    _tell(services, filed.ticket_id, at)
    return filed.address, filed.code, text


def _way(about: DemoTicket, random: Random) -> Iterator[tuple[Order, timedelta]]:
    is_open = random.random() < OPEN_SHARE
    if not is_open or random.random() < 0.5:
        yield Order(Action.TAKE), timedelta(hours=random.uniform(1, 20))
    if not is_open:
        answer = about.answer or "Ekiplerimiz yerinde inceledi ve gereğini yaptı. Bildirdiğiniz için teşekkür ederiz."
        # Not SOLVED: some subjects ask for a photo then.
        yield Order(Action.FINISH, text=answer, outcome="INFORMED"), timedelta(hours=random.uniform(21, 60))


def _tell(services: Services, ticket_id: int, at: datetime) -> None:
    """Count every message as delivered: the measured server has nothing to send."""
    unit = services.unit
    assert unit is not None
    ticket = unit.site.tickets[ticket_id]
    desk = services.acting_as(SYSTEM, lambda: at + timedelta(hours=61)).delivery
    for identity in ticket.notifications:
        entry = unit.site.outbox.entries[identity]
        if entry.state in (DeliveryState.PENDING, DeliveryState.TO_BE_TOLD):
            desk.settle(unit, ticket, entry, told_by="" if entry.state == DeliveryState.PENDING else SUPERVISOR.id)
