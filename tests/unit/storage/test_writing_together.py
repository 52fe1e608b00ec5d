"""Who waits at the gate is written with whoever is let in; what fails takes nobody with it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

import pytest

from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.services.uploads import discard, receive
from halkla_iliskiler.storage import GateBusy, WriteGate
from halkla_iliskiler.testing import draft, png

As = Callable[..., Services]
LONG = 30.0  # seconds that no test ever waits


@contextmanager
def standing_in_line(assembly: Assembly, drafts: Sequence[Draft], services: As) -> Iterator[list["Future[object]"]]:
    """Let applications wait at a closed gate, one thread each; it opens when the body has ended."""
    database = assembly.database
    database.gate = WriteGate(max_waiting=len(drafts), patience=LONG)
    with ThreadPoolExecutor(len(drafts)) as pool, database.gate.entered():
        filed: list[Future[object]] = []
        for place, application in enumerate(drafts, 1):
            filed.append(pool.submit(services().intake.file, application))
            while len(database._writing._brought) < place:
                pass  # the thread is on its way to the gate
        yield filed


def of_transactions(assembly: Assembly) -> int:
    assert assembly.database._db is not None
    return sum(1 for _ in assembly.database._db.storage.iterator())


def test_who_waits_is_written_in_one_commit_in_the_order_they_came(assembly: Assembly, services: As) -> None:
    before = of_transactions(assembly)
    with standing_in_line(assembly, [draft(words=f"Bank {n} kırık.") for n in range(4)], services) as filed:
        pass
    numbers = [one.result().number for one in filed]  # type: ignore[attr-defined]
    assert sorted(numbers) == [f"2026/{place:05d}" for place in range(1, 5)]
    assert of_transactions(assembly) == before + 1
    assert list(problems(assembly.database, assembly.index)) == []


def test_what_is_refused_takes_nobody_with_it(assembly: Assembly, services: As) -> None:
    photo = receive(BytesIO(png(1)), "bank.png", assembly.database.files.uploads)
    drafts = [draft(uploads=(photo,)), draft(words=" "), draft(words="Park karanlık."), draft(kind="RANT")]
    with standing_in_line(assembly, drafts, services) as filed:
        pass
    discard([photo])
    assert [type(one.exception()) for one in filed] == [type(None), InvalidInput, type(None), InvalidInput]
    with assembly.database.reading() as site:
        tickets = list(site.tickets.values())
        assert sorted(ticket.number for ticket in tickets) == ["2026/00001", "2026/00002"]
        (kept,) = [one for ticket in tickets for one in ticket.attachments]
        with kept.blob.open("r") as photographed:
            assert photographed.read() == png(1)
    assert list(problems(assembly.database, assembly.index)) == []


def test_who_loses_patience_has_begun_nothing(assembly: Assembly, services: As) -> None:
    application = draft()
    with standing_in_line(assembly, [draft(words="Park karanlık.")], services) as filed:
        assembly.database.gate._patience = assembly.database.gate._short_patience = 0.01
        with pytest.raises(GateBusy):
            services().intake.file(application)
    assert filed[0].exception() is None
    with assembly.database.reading() as site:
        assert len(site.tickets) == 1
    assert not services().intake.file(application).is_repeat


def test_the_same_form_sent_twice_at_once_is_one_application(assembly: Assembly, services: As) -> None:
    with standing_in_line(assembly, [draft(intake_key="web:once")] * 3, services) as filed:
        pass
    assert len({one.result().number for one in filed}) == 1  # type: ignore[attr-defined]
    assert sorted(one.result().is_repeat for one in filed) == [False, True, True]  # type: ignore[attr-defined]
