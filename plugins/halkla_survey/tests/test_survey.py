"""One question, three ways of asking it, one answer an application, and rates that say of how many they come."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from halkla_survey.counts import Bucket
from halkla_survey.pages import show_rates

from halkla_iliskiler.api import Asked, House, Job
from halkla_iliskiler.testing.clock import FakeNow
from halkla_iliskiler.testing.running import RunningCity
from plugins.halkla_survey.tests.people import AYSE, act, answer_on_page, close, end, finish, follow, form_of, ticket

RATES = "/panel/eklenti/survey/rates"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[RunningCity]:
    opened = open_city(tmp_path)
    yield opened
    assert opened.problems == []
    opened.close()


def open_city(tmp_path: Path, **settings: str) -> RunningCity:
    lines = {f"halkla_survey.{name}": value for name, value in {"minimum": "3", **settings}.items()}
    return RunningCity(tmp_path / "site", FakeNow(), plugins=("survey",), settings=lines)


def told(city: RunningCity) -> list[str]:
    return [line.state for line in city.ledger if line.purpose == "MORE"]


def words(text: str) -> str:
    return " ".join(text.split())


# -- on the follow page -----------------------------------------------------------------------------------------------


def test_nobody_is_asked_before_it_is_over(city: RunningCity) -> None:
    filed = city.file(details=AYSE)

    assert form_of(follow(city, filed)) is None


def test_an_answer_is_kept_with_how_it_was_asked_and_can_be_changed_for_some_days(tmp_path: Path) -> None:
    city = open_city(tmp_path, by_email="false")
    filed = close(city)
    answer_on_page(city, filed, 2, "Geç geldiler.")
    assert (ticket(city, filed).satisfaction, ticket(city, filed).satisfaction_method) == (2, "page")

    city.now.advance(timedelta(days=6))
    page = answer_on_page(city, filed, 5)
    assert ticket(city, filed).satisfaction == 5
    assert "Çok memnunum" in page.text

    late = form_of(follow(city, filed))
    city.now.advance(timedelta(days=7))
    assert form_of(follow(city, filed)) is None
    late["rating"] = "1"
    late.submit()
    assert ticket(city, filed).satisfaction == 5
    city.close()


def test_the_same_answer_again_is_no_other_one(city: RunningCity) -> None:
    filed = close(city)
    for rating, text in ((2, "Geç."), (2, "Geç."), (2, "Çok geç."), (3, "Çok geç.")):
        city.now.advance(timedelta(minutes=1))
        assert "Teşekkür" in answer_on_page(city, filed, rating, text).text

    assert [entry.detail("rating") for _, entry in ticket(city, filed).history if entry.action == "rate"] == [
        "2",
        "2",
        "3",
    ]
    act(city, filed, "supervisor", "reopen", text="Bir daha bakıyoruz.")
    city.now.advance(timedelta(days=2))
    end(city, filed)
    answer_on_page(city, filed, 3, "Çok geç.")
    assert len([entry for _, entry in ticket(city, filed).history if entry.action == "rate"]) == 4, "of another end"


def test_who_answers_without_end_has_to_wait(city: RunningCity) -> None:
    filed = close(city)
    for number in range(30):
        answer_on_page(city, filed, number % 5 + 1)
    form = form_of(follow(city, filed))
    form["rating"], form["text"] = "5", "Bir daha"

    page = form.submit(status=429)

    assert form_of(page)["text"].value == "Bir daha"
    assert "Retry-After" in page.headers
    assert len([entry for _, entry in ticket(city, filed).history if entry.action == "rate"]) == 30
    spelled = form.action.replace(filed.address, filed.address.replace("-", "-0"))
    city.browser().send(spelled, {"rating": "5"}, status=429)
    city.now.advance(timedelta(minutes=1))
    form.submit(status=303)
    assert ticket(city, filed).satisfaction == 5


def test_without_a_choice_it_is_asked_again_and_the_words_are_kept(city: RunningCity) -> None:
    filed = close(city)
    form = form_of(follow(city, filed))
    form["text"] = "Teşekkürler, ama…"

    page = form.submit(status=200)

    assert "Lütfen yanıtlardan birini seçin." in page.text
    assert form_of(page)["text"].value == "Teşekkürler, ama…"
    assert ticket(city, filed).satisfaction is None


@pytest.mark.parametrize("rating", ["0", "6", "x", "-1", ""])
def test_content_is_one_to_five(city: RunningCity, rating: str) -> None:
    filed = close(city)

    form = form_of(follow(city, filed))
    city.browser().post(form.action, {"rating": rating, "csrf_token": ""}, status=400)
    browser = city.browser()
    browser.send(form.action, {"rating": rating}, status=200)

    assert ticket(city, filed).satisfaction is None


def test_after_some_weeks_nobody_is_asked_any_more(city: RunningCity) -> None:
    filed = close(city)
    city.now.advance(timedelta(days=31))

    assert form_of(follow(city, filed)) is None


def test_a_wrong_code_answers_for_nobody(city: RunningCity) -> None:
    filed = close(city)
    form = form_of(follow(city, filed))

    city.browser().send(form.action.replace(filed.code, "A" * len(filed.code)), {"rating": "1"}, status=404)

    assert ticket(city, filed).satisfaction is None


def test_opened_again_and_ended_once_more_it_is_asked_anew(city: RunningCity) -> None:
    filed = close(city)
    answer_on_page(city, filed, 1)
    act(city, filed, "supervisor", "reopen", text="Bir daha bakıyoruz.")
    assert form_of(follow(city, filed)) is None

    city.now.advance(timedelta(days=2))
    end(city, filed)

    assert "İsterseniz bir soru" in follow(city, filed).text
    answer_on_page(city, filed, 5)
    assert ticket(city, filed).satisfaction == 5


# -- by e-mail --------------------------------------------------------------------------------------------------------


def test_whoever_left_an_address_is_asked_once_after_closing(city: RunningCity) -> None:
    filed = close(city)
    for _ in range(3):
        city.work()

    assert told(city) == ["DELIVERED"]
    method = city.assembly.extensions.feedback_methods["test"]
    message = method.delivered[-1]  # type: ignore[attr-defined]
    assert "ne kadar memnunsunuz" in words(message.body)
    assert f"/takip/{filed.address}/" in message.body
    answer_on_page(city, filed, 4)
    assert ticket(city, filed).satisfaction_method == "email"
    shown = city.browser("supervisor").get(f"/panel/basvurular/{filed.address}").text
    assert "ne kadar memnunsunuz" in words(shown), "staff see that the applicant was asked"


def test_whoever_answered_before_closing_is_not_asked_again(city: RunningCity) -> None:
    filed = city.file(details=AYSE)
    finish(city, filed)
    city.now.advance(timedelta(minutes=2))
    answer_on_page(city, filed, 5)
    end(city, filed)

    assert ticket(city, filed).status == "CLOSED"
    assert told(city) == []


@pytest.mark.parametrize("category", ["hardship"])
def test_nobody_is_written_to_about_a_sensitive_matter(city: RunningCity, category: str) -> None:
    close(city, category=category)

    assert told(city) == []


def test_whoever_left_nothing_is_not_called_for_it(city: RunningCity) -> None:
    close(city, details=type(AYSE)("Ayşe Çınar", "+905320000000", ""))

    assert told(city) == []


def test_asking_by_email_can_be_switched_off(tmp_path: Path) -> None:
    city = open_city(tmp_path, by_email="false")
    close(city)

    assert told(city) == []
    city.close()


# -- on the telephone -------------------------------------------------------------------------------------------------


def test_an_agent_writes_down_what_is_said_on_the_telephone(city: RunningCity) -> None:
    filed = close(city)
    form = form_of(city.browser("agent").get(f"/panel/basvurular/{filed.address}"))
    form["rating"], form["text"] = "3", "Daha hızlı olabilirdi."
    page = form.submit(status=303).follow()

    found = ticket(city, filed)
    assert (found.satisfaction, found.satisfaction_method, found.satisfaction_by) == (3, "telephone", "agent")
    assert "telefonda soruldu" in page.text


@pytest.mark.parametrize("role", ["clerk", "director", "field_crew"])
def test_nobody_rates_their_own_work(city: RunningCity, role: str) -> None:
    filed = close(city)
    form = form_of(city.browser("agent").get(f"/panel/basvurular/{filed.address}"))
    browser = city.browser(role)

    assert form_of(browser.get(f"/panel/basvurular/{filed.address}")) is None
    browser.send(form.action, {"rating": "5"})
    assert ticket(city, filed).satisfaction is None


# -- rates ------------------------------------------------------------------------------------------------------------


def test_a_rate_stands_beside_n_and_how_they_were_asked_and_there_is_none_of_few(city: RunningCity) -> None:
    for rating in (5, 4, 1):
        answer_on_page(city, close(city), rating)
    for _ in range(2):
        answer_on_page(city, close(city, category="rubbish"), 1)

    page = words(city.browser("supervisor").get(RATES).html.find("main").text)

    assert "Park ve Bahçeler Müdürlüğü %67 n = 3" in page
    assert "Temizlik İşleri Müdürlüğü yanıt az n = 2" in page
    assert "Kırık bank %67 n = 3" in page
    assert "Memnun:" not in page, "less the parks, it would be the answers of the two"
    assert "Oran verilmiyor" in page

    answer_on_page(city, close(city, category="rubbish"), 1)
    page = words(city.browser("supervisor").get(RATES).html.find("main").text)
    assert "Memnun: %33 (n = 6; 6 e-posta ile soruldu)" in page
    assert "Temizlik İşleri Müdürlüğü %0 n = 3" in page


def test_a_total_tells_nothing_of_too_few_below_it(city: RunningCity) -> None:
    counts = {
        ("parks", "bench"): [0, 0, 0, 0, 5],
        ("parks", "tree"): [2, 0, 0, 0, 0],
        ("cleaning", "rubbish"): [0, 0, 0, 4, 0],
        ("roads", "hole"): [0, 0, 0, 0, 6],
    }
    rates: list[dict[str, object]] = []

    def count_and_show(house: House) -> int:
        for (owner, category), count in counts.items():
            house.data.put(Bucket("2026-01", owner, category, "page").key, count)
        shown: Any = show_rates(Asked(departments=None, sensitive_departments=None), house)
        rates.append({"": shown["total"]["rate"], **{row["name"]: row["rate"] for row in shown["departments"]}})
        return len(counts)

    parks, cleaning, roads = "Park ve Bahçeler Müdürlüğü", "Temizlik İşleri Müdürlüğü", "Fen İşleri Müdürlüğü"
    job = Job("rates", timedelta(days=1), count_and_show)
    assert city.services("system").plugin_calls.run_job("survey", job) == 4
    counts["cleaning", "ash"] = [1, 0, 0, 0, 0]
    assert city.services("system").plugin_calls.run_job("survey", job) == 5

    assert rates[0] == {"": None, parks: None, cleaning: 100, roads: 100}
    # What is missing in a row is told of neither; what is missing in both together are three people.
    assert rates[1] == {"": 83, parks: None, cleaning: None, roads: 100}


def test_sensitive_answers_are_counted_for_those_who_may_see_such_matters(city: RunningCity) -> None:
    for rating in (5, 4, 1):
        answer_on_page(city, close(city), rating)
    for _ in range(3):
        answer_on_page(city, close(city, category="hardship"), 1)

    def shown(role: str) -> str:
        return words(city.browser(role).get(RATES).html.find("main").text)

    assert "Memnun: %33 (n = 6" in shown("supervisor")
    assert "Memnun: %67 (n = 3" in shown("auditor")
    assert "Sosyal" not in shown("auditor")
    assert "Sosyal Destek Müdürlüğü %0 n = 3" in shown("deputy_mayor"), "has the right there"


def test_a_director_sees_their_own_directorate(city: RunningCity) -> None:
    answer_on_page(city, close(city), 5)
    answer_on_page(city, close(city, category="rubbish"), 1)

    page = city.browser("director").get(RATES).html.find("main").text

    assert "Park ve Bahçeler Müdürlüğü" in page
    assert "Temizlik" not in page


def test_nobody_has_answered_yet(city: RunningCity) -> None:
    assert "Henüz yanıt yok" in city.browser("supervisor").get(RATES).text


@pytest.mark.parametrize("role", ["agent", "clerk", "field_crew"])
def test_others_see_no_rates(city: RunningCity, role: str) -> None:
    assert city.browser(role).get(RATES, status=403)


# -- without it, and before it ----------------------------------------------------------------------------------------


def test_without_the_plugin_nobody_is_asked_and_answers_stay_readable(city: RunningCity) -> None:
    filed = close(city)
    answer_on_page(city, filed, 2, "Geç geldiler.")
    city.restart(plugins=())

    assert form_of(follow(city, filed)) is None
    shown = city.browser("supervisor").get(f"/panel/basvurular/{filed.address}").text
    assert "Geç geldiler." in shown
    city.restart(plugins=("survey",))
    assert "(n = 1" in words(city.browser("supervisor").get(RATES).text)


def test_answers_from_before_the_plugin_are_counted_once(tmp_path: Path) -> None:
    from halkla_survey.evolve import steps

    city = open_city(tmp_path)
    filed = close(city)
    city.services("system").satisfaction.record(filed.ticket_id, 4, "", "")
    (step,) = steps()

    class Room:
        """The room of a step, on a site that is open."""

        def __init__(self, site: object, data: object) -> None:
            self.site, self.data = site, data

        def ticket_ids(self, after: int | None) -> list[int]:
            return [filed.ticket_id] if after is None else []

        def ticket(self, identity: int) -> object:
            return ticket(city, filed)

    class Data(dict[str, object]):
        def put(self, key: str, value: object) -> None:
            self[key] = value

    data = Data()
    room = Room(None, data)
    for _ in range(2):
        for key in step.keys(room, None):
            step.change(room, key)

    assert data["count/2026-01/parks/bench/page"] == [0, 0, 0, 1, 0]
    city.close()
