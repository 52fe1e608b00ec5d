"""The lists people work from: what is in them, in which order, and that counts say the same."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.lists import Filters, Listed, Queue, Urgency
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[..., Services]


def numbers(services: Services, queue: Queue, **filters: object) -> list[str]:
    return [row.number for row in services.lists.look(Listed(queue, Filters(**filters))).rows]  # type: ignore[arg-type]


def act(services: As, role: str, filed: Filed, action: Action, text: str = "", **kw: object) -> None:
    services(role).handling.act(filed.ticket_id, Order(action, text, **kw), None)  # type: ignore[arg-type]


@pytest.fixture
def house(services: As, now: FakeNow) -> dict[str, Filed]:
    """One ticket for each queue."""
    made = {name: services().intake.file(draft()) for name in ("mine", "asked", "planned", "done")}
    made["pothole"] = services().intake.file(draft(category="pothole"))
    made["unrouted"] = services().intake.file(draft(category=None))
    made["hardship"] = services().intake.file(draft(category="hardship"))
    act(services, "clerk", made["mine"], Action.TAKE)
    act(services, "clerk", made["asked"], Action.ASK, "Neresi?")
    act(services, "clerk", made["planned"], Action.PLAN, "Programda", planned_for=date(2026, 3, 1))
    act(services, "clerk", made["done"], Action.FINISH, "Bitti", outcome="SOLVED")
    act(services, "clerk-roads", made["pothole"], Action.FINISH, "Bitti", outcome="SOLVED")
    return made


@pytest.mark.parametrize(
    ("role", "queue", "expected"),
    [
        ("clerk", Queue.MINE, {"mine"}), ("clerk", Queue.DIRECTORATE, {"mine", "asked", "planned"}),
        ("clerk", Queue.WAITING, {"asked"}), ("clerk", Queue.FINISHED, {"done"}), ("clerk", Queue.CHECK, set()),
        ("agent", Queue.UNROUTED, {"unrouted"}), ("agent", Queue.MINE, set()),
        ("agent", Queue.OPEN, {"mine", "asked", "planned", "pothole", "unrouted"}),
        ("supervisor", Queue.CHECK, {"pothole"}),
        ("supervisor", Queue.OPEN, {"mine", "asked", "planned", "pothole", "unrouted", "hardship"}),
        ("clerk-family", Queue.DIRECTORATE, {"hardship"}), ("administrator", Queue.OPEN, set()),
    ],
)  # fmt: skip
def test_each_queue_holds_what_its_name_says(
    services: As, house: dict[str, Filed], role: str, queue: Queue, expected: set[str]
) -> None:
    assert set(numbers(services(role), queue)) == {house[name].number for name in expected}


@pytest.mark.parametrize("role", ["agent", "clerk", "clerk-family", "director", "supervisor", "field_crew", "auditor"])
def test_a_count_beside_a_queue_is_the_length_of_its_list(
    services: As, house: dict[str, Filed], now: FakeNow, role: str
) -> None:
    for _ in range(3):
        counts = services(role).lists.counts()
        assert counts == {queue: len(numbers(services(role), queue)) for queue in counts}
        now.advance(timedelta(days=3))


def test_who_sees_nothing_is_offered_no_queue(services: As) -> None:
    assert services("administrator").lists.queues() == []
    assert services("administrator").lists.counts() == {}
    assert Queue.DIRECTORATE not in services("agent").lists.queues()


def test_the_clock_that_breaks_first_stands_at_the_top(services: As, now: FakeNow) -> None:
    slow = services().intake.file(draft(category="tree"))
    praise = services().intake.file(draft(category="tree", kind="PRAISE"))
    now.advance(timedelta(hours=1))
    quick = services().intake.file(draft(category="bench"))
    assert numbers(services("clerk"), Queue.OPEN) == [slow.number, quick.number, praise.number]
    act(services, "clerk", slow, Action.REPLY, "Bakıyoruz.")
    assert numbers(services("clerk"), Queue.OPEN) == [quick.number, slow.number, praise.number]


def test_overdue_begins_when_the_promise_breaks(services: As, now: FakeNow) -> None:
    filed = services().intake.file(draft())
    now.advance(timedelta(hours=48))
    assert numbers(services("clerk"), Queue.OVERDUE) == []
    now.advance(timedelta(seconds=1))
    assert numbers(services("clerk"), Queue.OVERDUE) == [filed.number]
    act(services, "clerk", filed, Action.REPLY, "Geciktik.")
    assert numbers(services("clerk"), Queue.OVERDUE) == []


def test_late_today_and_this_week_are_told_apart_at_the_citys_midnight(services: As, now: FakeNow) -> None:
    # Monday, 09.00. The promise of each ends 48 hours after it came.
    wednesday = services().intake.file(draft(category=None))
    now.advance(timedelta(hours=14, minutes=59))  # 23.59
    late_evening = services().intake.file(draft(category=None))
    now.advance(timedelta(days=1, minutes=1))  # Wednesday 00.00
    agent = services("agent")
    assert agent.lists.urgencies(Queue.OPEN) == {Urgency.LATE: 0, Urgency.TODAY: 2, Urgency.WEEK: 0}
    assert numbers(agent, Queue.OPEN, urgency=Urgency.TODAY) == [wednesday.number, late_evening.number]
    now.advance(timedelta(hours=9, seconds=1))
    assert agent.lists.urgencies(Queue.OPEN) == {Urgency.LATE: 1, Urgency.TODAY: 1, Urgency.WEEK: 0}
    act(services, "agent", wednesday, Action.REPLY, "Yanıt")  # its solution is due next Monday
    act(services, "agent", late_evening, Action.REPLY, "Yanıt")
    assert agent.lists.urgencies(Queue.OPEN) == {Urgency.LATE: 0, Urgency.TODAY: 0, Urgency.WEEK: 0}
    now.advance(timedelta(days=4, hours=14))  # Sunday, 23.00: Monday is another week
    assert agent.lists.urgencies(Queue.OPEN) == {Urgency.LATE: 0, Urgency.TODAY: 0, Urgency.WEEK: 0}
    now.advance(timedelta(hours=1))
    assert agent.lists.urgencies(Queue.OPEN)[Urgency.TODAY] == 2


def test_search_finds_open_and_finished_alike_by_words_place_category_and_number(
    services: As, house: dict[str, Filed]
) -> None:
    def found(words: str) -> set[str]:
        return {row.number for row in services("supervisor").lists.look(Listed(Queue.ALL, Filters(words=words))).rows}

    assert {house["done"].number, house["mine"].number} <= found("TAHTASI kirilmis")
    assert found("çukur") == {house["pothole"].number}
    assert found(house["done"].number) == {house["done"].number}
    assert services("supervisor").lists.by_number("2026/00002") == house["asked"].ticket_id
    assert services("supervisor").lists.by_number(" 2026-2 ") == house["asked"].ticket_id
    assert services("supervisor").lists.by_number("çöp") is None
