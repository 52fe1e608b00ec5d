"""What may already be open about the same thing, and how little a stranger is told of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.nearby import SameThing
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[[str], Services]
HERE = Location("isikli", "bakkalın yanı", 38.46, 27.22)
METRE = 1 / 111_195


def offered(services: As, assembly: Assembly, category: str = "bench", location: Location = HERE) -> list[SameThing]:
    with assembly.database.reading() as site:
        return services("").nearby.offered(site, category, location)


def chosen(services: As, assembly: Assembly, token: str, category: str = "bench", location: Location = HERE) -> Any:
    with assembly.database.reading() as site:
        return services("").nearby.chosen(site, token, category, location)


def test_an_open_one_of_the_same_subject_in_the_same_neighbourhood_is_offered(services: As, assembly: Assembly) -> None:
    filed = services("").intake.file(draft(location=Location("isikli", "park")))
    (offer,) = offered(services, assembly)
    assert (offer.category.code, offer.neighbourhood, offer.status) == ("bench", "Işıklı", "ASSIGNED")
    assert chosen(services, assembly, offer.token) == filed.ticket_id


def test_nothing_of_the_person_or_their_words_is_in_it(services: As, assembly: Assembly) -> None:
    filed = services("").intake.file(
        draft(
            words="Gizli sözler", location=HERE,
            details=ContactDetails("Ayşe Yılmaz", "+905321234567", "ayse@example.org"),
        )
    )  # fmt: skip
    (offer,) = offered(services, assembly)
    said = repr(offer)
    for hidden in (
        "Gizli",
        "Ayşe",
        "5321234567",
        "example.org",
        "bakkal",
        "38.46",
        filed.number,
        filed.code,
        filed.address,
    ):
        assert hidden not in said
    assert str(filed.ticket_id) not in said


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({"category": "hardship"}, "hardship"),
        ({"category": "home_visit", "details": ContactDetails(phone="+905321234567")}, "home_visit"),
        ({"category": "petition"}, "petition"),
        ({"category": "inspection"}, "inspection"),
        ({"kind": "TIP_OFF"}, "bench"),
        ({"kind": "PRAISE"}, "bench"),
        ({"suspicions": ("too_fast",)}, "bench"),
        ({"category": "tree"}, "bench"),
        ({"location": Location("cayirbasi")}, "bench"),
        ({"category": None}, ""),
    ],
)
def test_what_is_not_offered(services: As, assembly: Assembly, values: dict[str, Any], category: str) -> None:
    services("").intake.file(draft(**({"location": HERE} | values)))
    assert offered(services, assembly, category, Location("isikli")) == []


def test_finished_and_old_ones_are_not_offered(services: As, assembly: Assembly, now: FakeNow) -> None:
    filed = services("").intake.file(draft(location=HERE))
    services("clerk").handling.act(filed.ticket_id, Order(Action.FINISH, text="Oldu.", outcome="SOLVED"), None)
    assert offered(services, assembly) == []
    services("").intake.file(draft(location=HERE))
    assert len(offered(services, assembly)) == 1
    now.advance(timedelta(days=61))
    assert offered(services, assembly) == []


@pytest.mark.parametrize(("metres", "found"), [(0, 1), (149, 1), (151, 0)])
def test_a_point_counts_for_150_metres_across_neighbourhoods(
    services: As, assembly: Assembly, metres: int, found: int
) -> None:
    services("").intake.file(draft(location=Location("cayirbasi", "", HERE.latitude, HERE.longitude)))
    north = Location("isikli", "", 38.46 + metres * METRE, 27.22)
    assert len(offered(services, assembly, location=north)) == found


def test_at_most_three_are_offered_the_nearest_first(services: As, assembly: Assembly) -> None:
    ids = [
        services("").intake.file(draft(words=f"{step}", location=Location(None, "", 38.46 + step * 20 * METRE, 27.22)))
        for step in (4, 3, 2, 1)
    ]
    offers = offered(services, assembly, location=Location(None, "", 38.46, 27.22))
    assert [chosen(services, assembly, offer.token, location=HERE) for offer in offers] == [
        filed.ticket_id for filed in reversed(ids[1:])
    ]


@pytest.mark.parametrize("token", ["", "x", "A" * 24, "ğ", "\ud800"])
def test_a_token_nobody_was_given_means_nothing(services: As, assembly: Assembly, token: str) -> None:
    services("").intake.file(draft(location=HERE))
    assert chosen(services, assembly, token) is None


def test_a_token_counts_only_where_it_is_offered(services: As, assembly: Assembly) -> None:
    services("").intake.file(draft(location=HERE))
    (offer,) = offered(services, assembly)
    assert chosen(services, assembly, offer.token, category="tree") is None
    assert chosen(services, assembly, offer.token, location=Location("cayirbasi")) is None


def test_both_sides_know_of_each_other(services: As, assembly: Assembly) -> None:
    older = services("").intake.file(draft(location=HERE))
    newer = services("").intake.file(draft(location=HERE, related_to=older.ticket_id))
    with assembly.database.reading() as site:
        assert site.tickets[newer.ticket_id].related_to == older.ticket_id
        assert [row.id for row in services("clerk").lists.related(site.tickets[older.ticket_id], 5)] == [
            newer.ticket_id
        ]
        assert services("clerk-roads").lists.related(site.tickets[older.ticket_id], 5) == []
