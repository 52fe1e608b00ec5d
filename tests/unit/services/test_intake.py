"""Registering an application: once, completely, for the right person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.codes import tracking_code
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import MAX_WORDS, Draft
from halkla_iliskiler.services.uploads import MAX_PHOTOS
from halkla_iliskiler.testing import FakeNow, TestMethod, draft

As = Callable[..., Services]
AYSE = ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")


@pytest.fixture
def filed_by(services: As) -> Callable[[Draft], Ticket]:
    """File a draft and return what is kept of it, as read in a fresh connection."""

    def file(application: Draft) -> Ticket:
        return stored(services, services().intake.file(application).ticket_id)

    return file


def stored(services: As, ticket_id: int) -> Ticket:
    with services("system").handling.opened(ticket_id) as (_, ticket):
        list(ticket.history)
        return ticket


# -- what is kept --------------------------------------------------------------------------------------------------


def test_an_application_is_kept_as_it_was_said(filed_by: Callable[[Draft], Ticket], now: FakeNow) -> None:
    words = "  İki gündür\r\nçöp alınmadı!  "
    place = Location("isikli", "migrosun arkası", 38.4, 27.1)
    ticket = filed_by(draft(words=words, category="rubbish", location=place, language="en"))
    (contact,) = ticket.contacts
    assert (contact.words, contact.channel, contact.at, contact.staff) == (
        "İki gündür\nçöp alınmadı!", "web", now(), "",
    )  # fmt: skip
    assert contact.privacy_version == "deneme-3"
    assert (ticket.category, ticket.department, ticket.status, ticket.regime) == (
        "rubbish", "cleaning", "ASSIGNED", "SERVICE",
    )  # fmt: skip
    assert ticket.location == place
    assert ticket.language == "en"
    assert [clock.due_at for clock in ticket.clocks] == [now() + timedelta(hours=48), now() + timedelta(days=1)]


def test_without_a_category_it_lies_with_the_centre(filed_by: Callable[[Draft], Ticket], now: FakeNow) -> None:
    ticket = filed_by(draft(category=None))
    assert (ticket.status, ticket.department, ticket.sensitive) == ("NEW", None, False)
    assert [clock.due_at for clock in ticket.clocks] == [now() + timedelta(hours=48), now() + timedelta(days=7)]


def test_category_decides_sensitivity_check_and_law(filed_by: Callable[[Draft], Ticket]) -> None:
    assert filed_by(draft(category="hardship")).sensitive
    assert filed_by(draft(category="pothole")).needs_check
    petition = filed_by(draft(category="petition"))
    assert (petition.regime, petition.clocks) == ("PETITION_3071", ())


def test_no_clock_runs_on_a_thank_you(filed_by: Callable[[Draft], Ticket]) -> None:
    assert filed_by(draft(kind="PRAISE")).clocks == ()


def test_the_number_for_people_is_the_brands_and_never_in_an_address(services: As) -> None:
    filed = services().intake.file(draft())
    assert (filed.number, filed.address) == ("2026/00001", "2026-000001")


def test_the_code_can_be_computed_again_and_is_stored_nowhere(assembly: Assembly, services: As) -> None:
    filed = services().intake.file(draft(details=AYSE))
    assert filed.code == tracking_code(assembly.secret, filed.ticket_id, 1)
    services("system").delivery.deliver_due()
    assembly.database._db.pack()  # type: ignore[union-attr]
    site = assembly.database.files
    for path in [site.data, site.index, site.index.with_name(site.index.name + "-wal")]:
        assert filed.code.encode() not in path.read_bytes()


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"words": ""}, "words", "required"), ({"words": " \n\x00"}, "words", "required"),
        ({"words": "x" * (MAX_WORDS + 1)}, "words", "too_long"), ({"kind": "RANT"}, "kind", "unknown"),
        ({"channel": "pigeon"}, "channel", "unknown"), ({"category": "gone"}, "category", "unknown"),
        ({"location": Location("gone")}, "neighbourhood", "unknown"),
        ({"location": Location(text="x" * 501)}, "place", "too_long"),
        ({"kept": ("x",) * (MAX_PHOTOS + 1)}, "photos", "photo_count"),
        ({"kind": "QUESTION"}, "contact", "contact_needed"),
        ({"category": "home_visit"}, "contact", "contact_needed"),
        ({"category": "home_visit", "details": ContactDetails("Ayşe")}, "contact", "contact_needed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_saved(
    assembly: Assembly, services: As, wrong: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        services().intake.file(draft(**wrong))
    assert (refused.value.field, refused.value.problem) == (field, problem)
    with assembly.database.reading() as site:
        assert len(site.tickets) == len(site.intake_keys) == len(site.applicants) == len(site.outbox.entries) == 0


def test_the_longest_words_are_taken(services: As) -> None:
    services().intake.file(draft(words="ğ" * MAX_WORDS, location=Location(text="ş" * 500)))


@pytest.mark.parametrize("details", [ContactDetails(phone="+905990000001"), ContactDetails(email="a@example.org")])
def test_a_question_and_a_visit_need_one_way_to_be_reached(services: As, details: ContactDetails) -> None:
    services().intake.file(draft(kind="QUESTION", details=details))
    services().intake.file(draft(category="home_visit", details=details))


@pytest.mark.parametrize("kind", ["SERVICE_REQUEST", "SUGGESTION", "COMPLAINT", "TIP_OFF", "PRAISE"])
def test_for_the_rest_nobody_has_to_say_who_they_are(filed_by: Callable[[Draft], Ticket], kind: str) -> None:
    assert filed_by(draft(kind=kind)).applicant_id is None


def test_what_staff_write_down_for_somebody_is_never_refused_for_want_of_an_address(services: As) -> None:
    said = draft(kind="QUESTION", channel="telephone", recorded_by_staff=True)
    filed = services("agent").intake.file(said)
    assert stored(services, filed.ticket_id).contacts[0].staff == "agent"


@pytest.mark.parametrize("role", ["", "clerk", "director", "deputy_mayor", "field_crew", "auditor", "administrator"])
def test_only_the_centre_writes_down_for_others(services: As, role: str) -> None:
    with pytest.raises(Forbidden):
        services(role).intake.file(draft(channel="telephone", recorded_by_staff=True))


# -- sent twice ----------------------------------------------------------------------------------------------------


def test_the_same_thing_sent_twice_is_one_ticket(assembly: Assembly, services: As) -> None:
    application = draft(details=AYSE)
    first, second = services().intake.file(application), services().intake.file(application)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert (first.number, first.code) == (second.number, second.code)
    with assembly.database.reading() as site:
        assert (len(site.tickets), len(site.outbox.entries)) == (1, 1)


def test_sent_again_after_it_was_worked_on_it_is_still_the_same(services: As) -> None:
    application = draft()
    first = services().intake.file(application)
    services("clerk").handling.act(first.ticket_id, Order(Action.FINISH, "Oldu.", outcome="SOLVED"), None)
    assert services().intake.file(application).number == first.number
    assert stored(services, first.ticket_id).status == "DONE"


def test_sent_twice_at_the_same_moment_it_is_one_ticket(assembly: Assembly, services: As) -> None:
    applications = [draft(details=AYSE) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        filed = list(pool.map(lambda application: services().intake.file(application), applications * 4))
    assert len({one.number for one in filed}) == 3
    assert sum(not one.is_repeat for one in filed) == 3
    with assembly.database.reading() as site:
        assert (len(site.tickets), len(site.applicants)) == (3, 1)


def test_the_same_words_in_another_form_are_another_application(services: As) -> None:
    assert services().intake.file(draft()).number != services().intake.file(draft()).number


# -- who applies ---------------------------------------------------------------------------------------------------


def people(assembly: Assembly) -> list[tuple[str, int]]:
    with assembly.database.reading() as site:
        return [(person.name, len(person.tickets)) for person in site.applicants.values()]


def test_a_telephone_may_serve_a_household(assembly: Assembly, services: As) -> None:
    phone = "+905990000001"
    for name in ("Ayşe Yılmaz", "Mehmet Yılmaz", "AYŞE YILMAZ", "mehmet yilmaz"):
        services().intake.file(draft(details=ContactDetails(name, phone)))
    assert people(assembly) == [("Ayşe Yılmaz", 2), ("Mehmet Yılmaz", 2)]


def test_the_same_address_with_another_number_is_the_same_person(assembly: Assembly, services: As) -> None:
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")))
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000002", "ayse@example.org")))
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000002")))
    assert people(assembly) == [("Ayşe Yılmaz", 3)]


def test_two_people_of_the_same_name_are_two(assembly: Assembly, services: As) -> None:
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000001")))
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000002")))
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz")))
    services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz")))
    assert people(assembly) == [("Ayşe Yılmaz", 1)] * 4


def test_an_answer_goes_where_this_application_said_and_nowhere_else(services: As, method: TestMethod) -> None:
    # Anybody may write anybody's telephone number into a form, and their own address beside it.
    first = services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")))
    services().intake.file(draft(details=ContactDetails("", "+905990000001", "stranger@example.org")))
    services().intake.file(draft(details=ContactDetails("ayse yilmaz", "+905990000001", "namesake@example.org")))
    services("system").delivery.deliver_due()
    method.tried.clear()
    services("clerk").handling.act(first.ticket_id, Order(Action.REPLY, "Bakıyoruz."), None)
    services("system").delivery.deliver_due()
    assert [note.to for note in method.delivered if "Bakıyoruz." in note.body] == ["ayse@example.org"]
    opened = services("clerk").disclosure.contact_details(first.ticket_id, "aranacak", "")
    assert opened == ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")


def test_who_gave_no_address_this_time_is_not_written_to_at_an_older_one(services: As, method: TestMethod) -> None:
    services().intake.file(draft(details=AYSE))
    second = services().intake.file(draft(details=ContactDetails("Ayşe Yılmaz", "+905990000001")))
    services("clerk").handling.act(second.ticket_id, Order(Action.REPLY, "Arayacağız."), None)
    services("system").delivery.deliver_due()
    assert not any("Arayacağız." in note.body for note in method.tried)
