"""Duplicates and their common answer, parts with a number of their own, opinions, colleagues, taking things back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.access import SYSTEM, Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.errors import Forbidden, IllegalMove, InvalidInput, NotFound, RevisionConflict
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.linking import likely_mains
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import PASSWORD, START, FakeNow, TestMethod, draft, open_site, png

As = Callable[..., Services]
CATEGORIES = {category.code: category for category in testing.halkla_categories()}
AYSE = ContactDetails("Ayşe Denek", email="ayse@example.org")
CAN = ContactDetails("Can Öz", email="can@example.org")


@pytest.fixture
def file(services: As) -> Callable[..., Filed]:
    return lambda **values: services().intake.file(draft(**{"details": AYSE, **values}))


File = Callable[..., Filed]


def do(services: As, role: str, filed: Filed, action: Action, text: str = "", **kw: object) -> int:
    return services(role).handling.act(filed.ticket_id, Order(action, text, **kw), None)  # type: ignore[arg-type]


def look(assembly: Assembly, filed: Filed) -> Ticket:
    with assembly.database.reading() as site:
        ticket: Ticket = site.tickets[filed.ticket_id]
        list(ticket.history)
        return ticket


def told(services: As, method: TestMethod) -> list[tuple[str, str]]:
    """Send what is due; return the address and the words of each message since the last time."""
    before = len(method.delivered)
    while services("system").delivery.deliver_due():
        pass
    return [(message.to, message.body) for message in method.delivered[before:]]


# -- duplicates ----------------------------------------------------------------------------------------------------


def test_a_duplicate_keeps_number_status_and_clocks_and_both_know_of_each_other(
    services: As, file: File, assembly: Assembly
) -> None:
    main, other = file(), file(details=CAN)
    before = look(assembly, other)
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    ticket, first = look(assembly, other), look(assembly, main)
    assert (ticket.number, ticket.status, ticket.clocks) == (before.number, before.status, before.clocks)
    assert (ticket.duplicate_of, first.duplicates) == (main.ticket_id, (other.ticket_id,))
    assert ticket.entry(1).detail("ticket") == str(main.ticket_id)
    assert first.entry(1).detail("ticket") == str(other.ticket_id)
    assert len(ticket.notifications) == 1, "nobody was told anything"


def test_the_applicant_of_a_duplicate_can_be_told_so(services: As, file: File, method: TestMethod) -> None:
    main, other = file(), file(details=CAN)
    told(services, method)
    do(services, "clerk", other, Action.DUPLICATE, "Birlikte bakıyoruz.", main=main.ticket_id)
    ((address, body),) = told(services, method)
    assert address == "can@example.org"
    assert "Birlikte bakıyoruz." in body
    assert main.number not in body, "the other one is nobody's business"


def test_one_answer_reaches_every_applicant_with_the_number_they_know(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    main, other, apart = file(), file(details=CAN), file(details=CAN)
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    told(services, method)
    text = f"{main.number} numaralı başvurunuzdaki bank onarıldı."
    do(services, "clerk", main, Action.FINISH, text, outcome="SOLVED", together=True)
    messages = dict(told(services, method))
    assert set(messages) == {"ayse@example.org", "can@example.org"}
    assert f"{other.number} numaralı" in messages["can@example.org"]
    assert main.number not in messages["can@example.org"]
    for filed in (main, other):
        ticket = look(assembly, filed)
        assert (ticket.status, ticket.outcome, ticket.next_due) == ("DONE", "SOLVED", None)
    assert look(assembly, apart).status == "ASSIGNED"


def test_unless_it_is_asked_for_the_duplicates_wait_for_their_own_answer(
    services: As, file: File, assembly: Assembly
) -> None:
    main, other = file(), file()
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    do(services, "clerk", main, Action.REPLY, "Bakıyoruz.")
    assert [entry.action for _, entry in look(assembly, other).history] == ["recorded", "duplicate"]


def test_an_answer_goes_to_those_duplicates_that_one_may_answer(services: As, file: File, assembly: Assembly) -> None:
    main, other = file(), file()
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    do(services, "supervisor", other, Action.ASSIGN, department="roads")
    do(services, "clerk", main, Action.FINISH, "Onarıldı.", outcome="SOLVED", together=True)
    assert look(assembly, other).status == "ASSIGNED", "it lies with another directorate"


def test_what_is_checked_is_accepted_or_given_back_for_all_of_them(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    main, other = file(category="pothole"), file(category="pothole", details=CAN)
    do(services, "clerk-roads", other, Action.DUPLICATE, main=main.ticket_id)
    told(services, method)
    for decision, expected in ((Action.GIVE_BACK, 0), (Action.ACCEPT, 2)):
        do(services, "clerk-roads", main, Action.FINISH, "Kapatıldı.", outcome="SOLVED", together=True)
        assert look(assembly, other).check_pending
        do(services, "supervisor", main, decision, "Fotoğraf yok." if decision is Action.GIVE_BACK else "")
        assert not look(assembly, other).check_pending
        assert len(told(services, method)) == expected


def test_an_answer_of_its_own_is_checked_by_itself(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    main, other = file(category="pothole"), file(category="pothole", details=CAN)
    do(services, "clerk-roads", other, Action.DUPLICATE, main=main.ticket_id)
    do(services, "clerk-roads", other, Action.FINISH, "Sizin sokağınızda kapatıldı.", outcome="SOLVED")
    do(services, "clerk-roads", main, Action.FINISH, "Kapatıldı.", outcome="SOLVED")
    told(services, method)
    do(services, "supervisor", main, Action.ACCEPT)
    assert look(assembly, other).check_pending, "nobody has read what it was answered with"
    assert [address for address, _ in told(services, method)] == ["ayse@example.org"]


def test_how_somebody_described_a_place_stays_out_of_the_answers_to_others(
    services: As, file: File, method: TestMethod
) -> None:
    main = file(location=Location("isikli", text="Ayşe Denek'in evinin önü"))
    other = file(details=CAN, location=Location("isikli", text="büfenin yanı"))
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    told(services, method)
    with services("clerk").handling.opened(main.ticket_id) as (site, ticket):
        name = site.city.territory.name_of(ticket.location.neighbourhood)
    text = f"Bildirdiğiniz yer: {name}, Ayşe Denek'in evinin önü"
    do(services, "clerk", main, Action.REPLY, text, together=True)
    messages = dict(told(services, method))
    assert "Ayşe" in messages["ayse@example.org"]
    assert "Ayşe" not in messages["can@example.org"]
    assert f"Bildirdiğiniz yer: {name}, büfenin yanı" in messages["can@example.org"]


def test_a_duplicate_of_something_answered_is_given_that_answer(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    main, other = file(), file(details=CAN)
    do(services, "clerk", main, Action.FINISH, "Onarıldı.", outcome="SOLVED")
    told(services, method)
    with pytest.raises(InvalidInput):
        do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    do(services, "clerk", other, Action.DUPLICATE, "Onarıldı.", main=main.ticket_id)
    ticket = look(assembly, other)
    assert (ticket.status, ticket.outcome) == ("DONE", "SOLVED")
    assert [address for address, _ in told(services, method)] == ["can@example.org"]


def test_not_a_duplicate_after_all(services: As, file: File, assembly: Assembly) -> None:
    main, other = file(), file()
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    with pytest.raises(IllegalMove):
        do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    do(services, "clerk", other, Action.NOT_DUPLICATE)
    assert (look(assembly, other).duplicate_of, look(assembly, main).duplicates) == (None, ())
    assert [entry.action for _, entry in look(assembly, main).history][-2:] == ["linked", "unlinked"]
    with pytest.raises(IllegalMove):
        do(services, "clerk", other, Action.NOT_DUPLICATE)


def test_duplicates_have_one_main_ticket_and_no_circle(services: As, file: File, assembly: Assembly) -> None:
    main, second, third = file(), file(), file()
    do(services, "clerk", second, Action.DUPLICATE, main=main.ticket_id)
    do(services, "clerk", third, Action.DUPLICATE, main=second.ticket_id)
    assert look(assembly, third).duplicate_of == main.ticket_id
    for filed, of in ((main, third), (main, main)):
        with pytest.raises(InvalidInput):
            do(services, "clerk", filed, Action.DUPLICATE, main=of.ticket_id)
    assert look(assembly, main).duplicate_of is None


def test_what_may_not_be_seen_is_nothing_to_be_a_duplicate_of(services: As, file: File) -> None:
    elsewhere, mine = file(category="leak"), file()
    for identity in (elsewhere.ticket_id, 202600999999):
        with pytest.raises(InvalidInput) as refused:
            do(services, "clerk", mine, Action.DUPLICATE, main=identity)
        assert (refused.value.field, refused.value.problem) == ("main", "no_such_ticket")


def test_what_nobody_has_routed_goes_where_its_main_ticket_lies(services: As, file: File, assembly: Assembly) -> None:
    main, unrouted = file(), file(category=None)
    do(services, "agent", unrouted, Action.DUPLICATE, main=main.ticket_id)
    ticket = look(assembly, unrouted)
    assert (ticket.department, ticket.status) == ("parks", "ASSIGNED")


def test_what_is_likely_the_same_is_offered_as_far_as_it_may_be_seen(services: As, file: File) -> None:
    here = Location("isikli", "köşe")
    same, alike, mine = file(location=here, words="Bank."), file(words="Bank kırık!"), file(location=here)
    asking = file(location=here, words="bank kırık")
    elsewhere = file(category="leak", words="bank kırık")
    with services("clerk").handling.opened(asking.ticket_id) as (site, ticket):
        offered = [other.id for other in likely_mains(services("clerk"), site, ticket)]
    assert set(offered) == {same.ticket_id, mine.ticket_id, alike.ticket_id}
    assert elsewhere.ticket_id not in offered


# -- parts ----------------------------------------------------------------------------------------------------------


def test_a_second_matter_is_an_application_of_its_own_from_the_first_day(
    services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    filed = file(words="Bank kırık. Çöp de alınmadı.", location=Location("isikli", "köşe"))
    told(services, method)
    now.advance(timedelta(days=1))
    do(services, "clerk", filed, Action.SPLIT, "Çöp de alınmadı.", category=CATEGORIES["rubbish"])
    ticket = look(assembly, filed)
    (identity,) = ticket.splits
    with assembly.database.reading() as site:
        made: Ticket = site.tickets[identity]
        assert made.words == "Çöp de alınmadı."
        assert (made.category, made.department, made.status) == ("rubbish", "cleaning", "ASSIGNED")
        assert (made.split_from, made.applicant_id, made.location) == (ticket.id, ticket.applicant_id, ticket.location)
        assert made.number not in ("", ticket.number)
        assert made.created_at == START
        solve = made.clock(ClockKind.SOLVE)
        assert solve is not None
        assert solve.due_at == START + CATEGORIES["rubbish"].solve_within
        assert made.entry(0).detail("ticket") == str(ticket.id)
        assert ticket.entry(1).detail("ticket") == str(made.id)
        number = made.number
    ((address, body),) = told(services, method)
    assert address == "ayse@example.org"
    assert number in body
    assert ticket.words == "Bank kırık. Çöp de alınmadı.", "the citizen's words stay as they were"


def test_who_left_only_a_telephone_is_called_about_the_second_number(
    services: As, file: File, assembly: Assembly
) -> None:
    filed = file(details=ContactDetails("Ayşe", phone="+905321234567"))
    do(services, "clerk", filed, Action.SPLIT, "Çöp de alınmadı.", category=CATEGORIES["rubbish"])
    with assembly.database.reading() as site:
        made = site.tickets[look(assembly, filed).splits[0]]
        assert [site.outbox.entries[entry].state for entry in made.notifications] == ["TO_BE_TOLD"]


def test_a_part_of_something_confidential_is_confidential_until_it_is_sorted(
    services: As, file: File, assembly: Assembly
) -> None:
    filed = file(category="hardship")
    do(services, "system", filed, Action.SPLIT, "Bir de lamba yanmıyor.")
    with assembly.database.reading() as site:
        made = site.tickets[look(assembly, filed).splits[0]]
        assert (made.sensitive, made.department, made.status) == (True, None, "NEW")


# -- opinions and colleagues ------------------------------------------------------------------------------------------


def test_who_is_asked_sees_the_ticket_and_answers_and_does_nothing_else(
    services: As, file: File, assembly: Assembly
) -> None:
    filed = file()
    with pytest.raises(NotFound):
        do(services, "clerk-roads", filed, Action.NOTE, "Merhaba.")
    do(services, "clerk", filed, Action.CONSULT, "Zemin size mi ait?", department="roads")
    with services("clerk-roads").handling.opened(filed.ticket_id) as (_, ticket):
        assert set(services("clerk-roads").handling.possible_actions(ticket)) == {Action.NOTE, Action.OPINION}
    with pytest.raises(Forbidden):
        do(services, "clerk-roads", filed, Action.FINISH, "Bitti.", outcome="SOLVED")
    do(services, "clerk-roads", filed, Action.OPINION, "Bize ait, haftaya bakarız.")
    with pytest.raises(NotFound):
        do(services, "clerk-roads", filed, Action.NOTE, "Bir de şu var.")
    assert look(assembly, filed).mentioned == ("clerk",)


def test_who_sees_it_no_longer_is_asked_no_longer(services: As, file: File, assembly: Assembly) -> None:
    filed = file()
    do(services, "clerk", filed, Action.CONSULT, "Zemin size mi ait?", department="roads")
    services("director").sharing.unshare(filed.ticket_id, "roads")
    assert look(assembly, filed).opinion_from is None
    do(services, "clerk", filed, Action.CONSULT, "Temizlik sizde mi?", department="cleaning")


def test_who_may_read_it_for_another_reason_is_not_who_was_asked(services: As, file: File) -> None:
    filed = file()
    do(services, "clerk", filed, Action.CONSULT, "Zemin size mi ait?", department="roads")

    def share(unit: Unit) -> None:
        ticket = unit.site.tickets[filed.ticket_id]
        ticket.shared_with += ("cleaning",)
        unit.touch(ticket)

    services("system").write(share, "share it")
    with pytest.raises(Forbidden):
        do(services, "clerk-cleaning", filed, Action.OPINION, "Bence değil.")
    with pytest.raises(Forbidden):
        do(services, "clerk", filed, Action.OPINION, "Kendi sorumuz.")


@pytest.mark.parametrize("how", ["written", "chosen"])
def test_a_mentioned_colleague_is_kept_until_they_have_read_it(
    services: As, file: File, assembly: Assembly, how: str
) -> None:
    filed = file()
    order = (
        Order(Action.NOTE, "@director, bakar mısınız? ayse@example.org yazdı.")
        if how == "written"
        else Order(Action.NOTE, "Bakar mısınız?", mentions=("director",))
    )
    services("clerk").handling.act(filed.ticket_id, order, None)
    ticket = look(assembly, filed)
    assert ticket.mentioned == ticket.entry(1).details_of("mention") == ("director",)
    services("director").handling.read_mention(filed.ticket_id)
    ticket = look(assembly, filed)
    assert (ticket.mentioned, ticket.revision) == ((), 2)


@pytest.mark.parametrize("name", ["clerk-roads", "administrator"])
def test_nobody_is_mentioned_where_they_may_not_look(services: As, file: File, assembly: Assembly, name: str) -> None:
    filed = file()
    for order in (Order(Action.NOTE, f"@{name} bakar mısınız?"), Order(Action.NOTE, "Bakın.", mentions=(name,))):
        with pytest.raises(InvalidInput) as refused:
            services("clerk").handling.act(filed.ticket_id, order, None)
        assert (refused.value.field, refused.value.problem) == ("colleague", "may_not_see")
    assert look(assembly, filed).revision == 1
    with services("clerk").handling.opened(filed.ticket_id) as (site, ticket):
        assert name not in dict(services("clerk").handling.colleagues(site, ticket))


# -- taking back ------------------------------------------------------------------------------------------------------


_FIELDS = ("status", "department", "assignee", "clocks", "outcome", "planned_for", "referrals", "check_pending",
           "category", "sensitive", "regime", "notifications")  # fmt: skip


def stands(ticket: Ticket) -> dict[str, object]:
    return {name: getattr(ticket, name) for name in _FIELDS}


@pytest.mark.parametrize(
    ("role", "order"),
    [
        ("clerk", Order(Action.TAKE)),
        ("clerk", Order(Action.NOTE, "Yanlış yere yazdım.")),
        ("clerk", Order(Action.SEND_BACK, "Bizim değil.")),
        ("clerk", Order(Action.ASK, "Hangisi?")),
        ("clerk", Order(Action.REPLY, "Bakıyoruz.")),
        ("clerk", Order(Action.PLAN, "Programda.", planned_for=date(2026, 2, 2))),
        ("clerk", Order(Action.REFER, "İlettik.", body="water", planned_for=date(2026, 2, 2))),
        ("clerk", Order(Action.FINISH, "Bitti.", outcome="SOLVED")),
        ("director", Order(Action.ASSIGN, department="parks", assignee="clerk", category=CATEGORIES["tree"])),
        ("agent", Order(Action.ASSIGN, department="roads", category=CATEGORIES["hardship"])),
    ],
    ids=lambda value: value.action if isinstance(value, Order) else value,
)
@pytest.mark.parametrize("details", [AYSE, ContactDetails("Ayşe", phone="+905321234567"), ContactDetails()], ids=str)
def test_within_a_minute_ones_own_last_action_is_taken_back(
    services: As, assembly: Assembly, method: TestMethod, role: str, order: Order, details: ContactDetails
) -> None:
    filed = services().intake.file(draft(details=details))
    told(services, method)
    before = look(assembly, filed)
    handling = services(role).handling
    place = handling.act(filed.ticket_id, order, None) - 1
    assert services(role).undoing.undo(filed.ticket_id, place) is order.action
    ticket = look(assembly, filed)
    assert stands(ticket) == stands(before)
    assert [entry.action for _, entry in ticket.history] == ["recorded", order.action, "undo"]
    assert ticket.withdrawn_entries == {place}
    assert told(services, method) == [], "nobody was told"
    with pytest.raises((InvalidInput, NotFound)):
        services(role).undoing.undo(filed.ticket_id, place)


def test_what_others_have_gone_on_with_is_not_taken_back(
    services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    def refused(filed: Filed, place: int, role: str = "clerk") -> str:
        with pytest.raises(InvalidInput) as why:
            services(role).undoing.undo(filed.ticket_id, place)
        return why.value.problem

    late, changed, sent = file(), file(), file()
    do(services, "clerk", late, Action.TAKE)
    now.advance(timedelta(seconds=61))
    assert refused(late, 1) == "too_late"
    do(services, "clerk", changed, Action.TAKE)
    do(services, "director", changed, Action.NOTE, "Ben de bakıyorum.")
    assert refused(changed, 1) == "changed_since"
    do(services, "clerk", sent, Action.REPLY, "Bakıyoruz.")
    told(services, method)
    assert refused(sent, 1) == "has_left"
    for filed in (late, changed, sent):
        assert look(assembly, filed).withdrawn_entries == frozenset()


def test_nobody_takes_back_what_another_has_done(services: As, file: File, assembly: Assembly) -> None:
    filed = file()
    do(services, "clerk", filed, Action.SEND_BACK, "Bizim değil.")
    for role in ("director", "agent", "supervisor", "clerk-roads", ""):
        with pytest.raises(NotFound):
            services(role).undoing.undo(filed.ticket_id, 1)
    assert look(assembly, filed).department is None
    services("clerk").undoing.undo(filed.ticket_id, 1)
    assert look(assembly, filed).department == "parks", "who sent it out of their own sight can have it back"


def test_an_answer_to_several_is_taken_back_for_all_of_them_or_for_none(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    main, other = file(), file(details=CAN)
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    told(services, method)
    place = do(services, "clerk", main, Action.FINISH, "Onarıldı.", outcome="SOLVED", together=True) - 1
    services("clerk").undoing.undo(main.ticket_id, place)
    assert {look(assembly, filed).status for filed in (main, other)} == {"ASSIGNED"}
    assert told(services, method) == []

    place = do(services, "clerk", main, Action.FINISH, "Onarıldı.", outcome="SOLVED", together=True) - 1
    do(services, "director", other, Action.NOTE, "Emin misiniz?")
    with pytest.raises(InvalidInput):
        services("clerk").undoing.undo(main.ticket_id, place)
    assert {look(assembly, filed).status for filed in (main, other)} == {"DONE"}


def test_an_answer_waits_a_little_before_it_is_sent(site_directory: Path, now: FakeNow) -> None:
    slow = open_site(site_directory, now, answer_grace="30")
    try:
        system = slow.services(SYSTEM)
        filed = system.intake.file(draft(details=AYSE))
        assert system.delivery.deliver_due() == 1, "a receipt goes at once"
        system.handling.act(filed.ticket_id, Order(Action.REPLY, "Bakıyoruz."), None)
        now.advance(timedelta(seconds=29))
        assert system.delivery.deliver_due() == 0
        now.advance(timedelta(seconds=2))
        assert system.delivery.deliver_due() == 1
    finally:
        slow.close()


def test_what_an_earlier_answer_has_met_meanwhile_stays_met(
    services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    filed = file()
    do(services, "clerk", filed, Action.REPLY, "Bakıyoruz.")
    place = do(services, "clerk", filed, Action.TAKE) - 1
    now.advance(timedelta(seconds=5))
    told(services, method)
    services("clerk").undoing.undo(filed.ticket_id, place)
    promise = look(assembly, filed).clock(ClockKind.PROMISE)
    assert promise is not None
    assert not promise.is_running


# -- photos, people who are away, conflicts ---------------------------------------------------------------------------


@pytest.fixture
def photo_needed(services: As) -> None:
    def change(unit: Unit) -> None:
        city = unit.site.city
        city.categories = tuple(
            replace(category, needs_after_photo=category.code == "bench") for category in city.categories
        )

    services("system").write(change, "a subject that needs a photo")


@pytest.mark.usefixtures("photo_needed")
def test_solved_means_shown_where_the_subject_asks_for_a_photo(services: As, file: File, assembly: Assembly) -> None:
    filed = file()
    with pytest.raises(InvalidInput) as refused:
        do(services, "clerk", filed, Action.FINISH, "Onarıldı.", outcome="SOLVED")
    assert (refused.value.field, refused.value.problem) == ("photos", "after_photo_needed")
    assert look(assembly, filed).status == "ASSIGNED"
    upload = receive(BytesIO(png()), "bank.png", assembly.database.files.uploads)
    order = Order(Action.FINISH, "Onarıldı.", outcome="SOLVED")
    services("clerk").handling.act(filed.ticket_id, order, None, (upload,))
    assert look(assembly, filed).status == "DONE"
    declined = file()
    do(services, "clerk", declined, Action.FINISH, "Bizim değil.", outcome="DECLINED")
    assert look(assembly, declined).status == "DONE"


@pytest.mark.usefixtures("photo_needed")
def test_a_photo_of_an_answer_that_was_taken_back_shows_nothing(services: As, file: File, assembly: Assembly) -> None:
    filed = file()
    upload = receive(BytesIO(png()), "bank.png", assembly.database.files.uploads)
    order = Order(Action.FINISH, "Onarıldı.", outcome="SOLVED")
    place = services("clerk").handling.act(filed.ticket_id, order, None, (upload,)) - 1
    services("clerk").undoing.undo(filed.ticket_id, place)
    with pytest.raises(InvalidInput) as refused:
        do(services, "clerk", filed, Action.FINISH, "Onarıldı.", outcome="SOLVED")
    assert refused.value.problem == "after_photo_needed"


def test_the_answer_of_a_conflict_changes_nothing(services: As, file: File, assembly: Assembly) -> None:
    main, other = file(), file()
    seen = look(assembly, main).revision
    do(services, "clerk", other, Action.DUPLICATE, main=main.ticket_id)
    order = Order(Action.FINISH, "Onarıldı.", outcome="SOLVED", together=True)
    with pytest.raises(RevisionConflict):
        services("clerk").handling.act(main.ticket_id, order, seen)
    assert {look(assembly, filed).status for filed in (main, other)} == {"ASSIGNED"}


def test_somebody_is_away_until_a_day(services: As, now: FakeNow) -> None:
    accounts = services("system").accounts
    accounts.add("second", "İkinci Kişi", PASSWORD, (Grant("clerk", "parks"),))
    accounts.set_away("clerk", date(2026, 1, 7), "second")
    with services("system").assembly.database.reading() as site:
        clerk = site.users["clerk"]
        assert [clerk.is_away(date(2026, 1, day)) for day in (5, 7, 8)] == [True, True, False]
        assert clerk.deputy == "second"
    accounts.set_away("clerk", None, None)
    for deputy in ("nobody", "clerk"):
        with pytest.raises(InvalidInput):
            accounts.set_away("clerk", date(2026, 1, 7), deputy)
    with pytest.raises(NotFound):
        accounts.set_away("nobody", None, None)
