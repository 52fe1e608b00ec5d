"""From the file in the night to the click in the morning, in a running city."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from halkla_csv_departments import applying
from halkla_csv_departments.applying import pending
from webtest import TestResponse

from halkla_iliskiler.api import House, Job
from halkla_iliskiler.testing.clock import FakeNow
from halkla_iliskiler.testing.running import RunningCity

PAGE = "/panel/eklenti/csv_departments/difference"
UNITS = """Kod;Ad;Üst kod;Düzey
100;Başkanlık;;Başkanlık
110;Park ve Bahçeler Müdürlüğü;100;Müdürlük
120;Temizlik İşleri Müdürlüğü;100;Müdürlük
130;Fen İşleri Müdürlüğü;100;Müdürlük
140;Sosyal Destek Müdürlüğü;100;Müdürlük
"""
PEOPLE = """Kullanıcı adı;Ad soyad;E-posta;Rol;Birim kodu
clerk;Serpil Doğru;serpil@deneme.invalid;Memur;110
director;Filiz Başaran;;Müdür;110
yeni.kisi;Gülşen İğde;gulsen@deneme.invalid;Memur;120
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def city(files: Path) -> Iterator[RunningCity]:
    lines = {
        "halkla_csv_departments.departments_file": str(files / "birimler.csv"),
        "halkla_csv_departments.people_file": str(files / "personel.csv"),
    }
    opened = RunningCity(files / "site", FakeNow(), plugins=("csv_departments",), settings=lines)
    yield opened
    assert opened.problems == []
    opened.close()


def night(city: RunningCity, files: Path, *, units: str = "", people: str = "", encoding: str = "utf-8") -> None:
    """Write the files as the personnel system does, and let the worker look at them."""
    for name, text in (("birimler.csv", units), ("personel.csv", people)):
        if text:
            path = files / name
            path.write_bytes(text.encode(encoding))
            written = city.now().timestamp() - 3600
            os.utime(path, (written, written))
    city.now.advance(timedelta(minutes=11))
    city.work()


def morning(city: RunningCity) -> TestResponse:
    return city.browser("administrator").get(PAGE)


def form_of(page: TestResponse) -> Any:
    return next((form for form in page.forms.values() if form.action.endswith(PAGE)), None)


def report(page: TestResponse, title: str) -> str:
    """Return what is told of a file, empty for nothing."""
    head = page.html.find("h2", string=title)
    return str(head.find_parent("section").text) if head is not None else ""


def changes(page: TestResponse) -> list[str]:
    """Return what stands to be confirmed or was declined, a text for each row."""
    rows = [box.find_parent("tr") for box in page.html.find_all("input", {"name": "change"})]
    return [" ".join(row.text.replace(" ", " ").split()) for row in rows]


def confirm(page: TestResponse, *names: str, button: str = "confirm", **heirs: str) -> TestResponse:
    """Tick the rows that hold one of *names* (all without any), choose who takes over, and press a button."""
    form = form_of(page)
    for box in page.html.find_all("input", {"name": "change"}):
        row = box.find_parent("tr")
        ticked = not names or any(name in row.text for name in names)
        one = next(field for field in form.fields["change"] if field._value == box["value"])
        one.checked = ticked
        for name, heir in heirs.items():
            if name in row.text and f"successor-{box['value']}" in form.fields:
                form[f"successor-{box['value']}"] = heir
    return form.submit(button)


def department(city: RunningCity, code: str) -> Any:
    with city.assembly.database.reading() as site:
        return site.city.tree.get(code)


def person(city: RunningCity, username: str) -> Any:
    return city.services("administrator").people.one(username)


def test_nothing_changes_before_somebody_confirms_and_then_it_does(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS, people=PEOPLE, encoding="windows-1254")
    assert department(city, "100") is None
    page = morning(city)
    shown = changes(page)
    assert any(text.startswith("Başkanlık100 yeni") for text in shown), shown
    assert not any(text.startswith("Temizlik") and " yeni " in text for text in shown), "found by its name"

    done = confirm(page)

    assert department(city, "100").level == "mayor"
    assert department(city, "parks").parent == "100"
    new = person(city, "yeni.kisi")
    assert [(grant.role, grant.department) for grant in new.grants] == [("clerk", "cleaning")]
    assert new.state == "waiting"
    assert "yeni.kisi" in done.html.find(id="csv-passwords").find_parent("section").text, (
        "the first password is shown once"
    )
    again = morning(city)
    assert changes(again) == []
    assert again.html.find(id="csv-passwords") is None
    log = city.browser("administrator").get("/panel/yonetim/degisiklikler").text
    assert "Başkanlık" in log


def test_the_same_file_makes_no_second_difference(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    confirm(morning(city))
    night(city, files, units=UNITS)
    night(city, files, units=UNITS, encoding="utf-8-sig")

    assert changes(morning(city)) == []


def test_renamed_moved_and_gone(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    confirm(morning(city))
    filed = city.file(category="rubbish")
    changed = UNITS.replace("110;Park ve Bahçeler Müdürlüğü;100", "110;Yeşil Alanlar Müdürlüğü;")
    changed = changed.replace("120;Temizlik İşleri Müdürlüğü;100;Müdürlük\n", "")
    night(city, files, units=changed)

    page = confirm(morning(city))
    assert "devralanı seçin" in page.html.find(id="csv-refused").find_parent("section").text, (
        "its subjects need somebody"
    )
    assert (department(city, "parks").name, department(city, "parks").parent) == ("Yeşil Alanlar Müdürlüğü", None)
    assert department(city, "cleaning").valid_until is None

    confirm(page, "Temizlik", Temizlik="roads")
    ended = department(city, "cleaning")
    assert (ended.valid_until.isoformat(), ended.successor) == ("2026-01-05", "roads")
    with city.assembly.database.reading() as site:
        assert site.tickets[filed.ticket_id].department == "cleaning"
    assert changes(morning(city)) == []


def test_who_is_gone_is_disabled_and_can_come_back(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS, people=PEOPLE)
    confirm(morning(city))
    night(city, files, people=PEOPLE.replace("director;Filiz Başaran;;Müdür;110\n", ""))
    confirm(morning(city))
    assert person(city, "director").is_disabled
    assert not person(city, "administrator").is_disabled, "no file has ever named them"

    night(city, files, people=PEOPLE)
    confirm(morning(city))
    assert not person(city, "director").is_disabled


def test_who_would_get_in_again_or_see_more_is_not_ticked(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS, people=PEOPLE)
    confirm(morning(city))
    assert "işaretli gelmez" not in morning(city).text
    city.services("administrator").people.disable("clerk")
    more = PEOPLE.replace("yeni.kisi", "yeni.mudur").replace("Memur;120", "Müdür;120") + "memur;Can Er;;Memur;120\n"
    night(city, files, people=more)

    page = morning(city)
    ticked = {
        box.find_parent("tr").find(class_="s-sub").text: box.has_attr("checked")
        for box in page.html.find_all("input", {"name": "change"})
    }
    assert ticked == {"clerk": False, "yeni.mudur": False, "memur": True, "yeni.kisi": True}
    assert "işaretli gelmez" in page.text, "and the page says why"


def test_many_are_made_together_and_one_that_is_refused_holds_up_nobody(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    confirm(morning(city))
    people = "".join(f"kisi{number:03d};Kişi {number};;Memur;110\n" for number in range(90))
    own = "administrator;Bilge Soylu;;Memur;110\n"
    night(city, files, people=PEOPLE + own + people)
    confirm(morning(city))
    assert person(city, "kisi089").grants[0].department == "parks"
    night(city, files, people=(PEOPLE + people).replace("kisi", "yeni"))

    page = confirm(morning(city))

    passwords = page.html.find(id="csv-passwords").find_parent("section").find_all("code")
    assert len({code.text for code in passwords}) == 91
    assert person(city, "kisi089").is_disabled
    told = page.html.find(id="csv-refused").find_parent("section").text
    assert "Bilge Soylu" in told
    assert "Kişi" not in told
    assert not person(city, "administrator").is_disabled


def test_what_there_is_no_time_for_is_left_and_the_passwords_of_the_others_are_shown(
    city: RunningCity, files: Path
) -> None:
    night(city, files, units=UNITS, people=PEOPLE)
    seconds = iter([0, 1, 6])
    done = []

    def twice(house: House) -> int:
        changes = pending(house).changes
        chosen = [change.id for change in changes]
        done.append(applying.confirm(house, chosen, {}, clock=lambda: float(next(seconds))))
        done.append(applying.confirm(house, chosen, {}))
        return sum(1 for change in changes if change.subject == "person")

    job = Job("twice", timedelta(days=1), twice)
    people = city.services("administrator").plugin_calls.run_job("csv_departments", job)

    first, second = done
    assert (first.left, first.passwords, first.refused) == (people, {}, ())
    assert (second.left, second.count, list(second.passwords)) == (0, people, ["yeni.kisi"])


def test_what_is_declined_is_not_asked_again_until_it_is_something_else(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    confirm(morning(city))
    night(city, files, units=UNITS.replace("Fen İşleri", "Yol ve Yapı"))
    confirm(morning(city), button="decline")
    city.now.advance(timedelta(days=1))
    night(city, files, units=UNITS.replace("Fen İşleri", "Yol ve Yapı"))

    page = morning(city)
    assert department(city, "roads").name == "Fen İşleri Müdürlüğü"
    assert page.html.find("h2", string="Olduğu gibi bırakılanlar")
    night(city, files, units=UNITS.replace("Fen İşleri", "Ulaşım"))
    assert "Ulaşım" in changes(morning(city))[0]


def test_a_broken_file_changes_nothing_says_where_and_is_tried_again(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    broken = UNITS + "150;;999;Müdürlük\n"
    night(city, files, units=broken)

    told = report(morning(city), "Birim dosyası")
    assert "kullanılamıyor" in told
    assert "7. satırAdAd yok ya da çok uzun." in told, "line, column, what is wrong"
    assert (files / "birimler.csv").read_text(encoding="utf-8") == broken, "it stays where it is"
    assert changes(morning(city)), "what the one before said still holds"

    night(city, files, units=UNITS)
    assert "kullanılamıyor" not in report(morning(city), "Birim dosyası")


def test_people_of_a_unit_that_is_confirmed_later(city: RunningCity, files: Path) -> None:
    night(city, files, people=PEOPLE)
    assert "kullanılamıyor" in morning(city).text, "nobody knows the unit 110 yet"

    night(city, files, units=UNITS)
    night(city, files)

    page = morning(city)
    assert "kullanılamıyor" not in page.text
    assert any("Gülşen İğde" in text for text in changes(page))


def test_a_file_that_is_being_written_is_left_alone(city: RunningCity, files: Path) -> None:
    path = files / "birimler.csv"
    path.write_text(UNITS[:60], encoding="utf-8")
    city.now.advance(timedelta(minutes=11))
    os.utime(path, (city.now().timestamp() - 30,) * 2)
    city.work()

    assert report(morning(city), "Birim dosyası") == ""
    assert changes(morning(city)) == []


def test_a_file_that_was_cut_off_ticks_nobody_away(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    confirm(morning(city))
    night(city, files, units="\n".join(UNITS.splitlines()[:2]) + "\n")

    page = morning(city)
    assert "yarım kalmış olabilir" in page.text
    boxes = page.html.find_all("input", {"name": "change"})
    assert boxes
    assert not any(box.has_attr("checked") for box in boxes)


def test_without_a_tick_nothing_is_done(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    page = confirm(morning(city), "nobody has this name")

    assert "işaretleyin" in page.text
    assert department(city, "100") is None


def test_one_who_confirms_something_old_does_nothing_unseen(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS.replace("Fen İşleri", "Yol ve Yapı"))
    page = morning(city)
    night(city, files, units=UNITS.replace("Fen İşleri", "Ulaşım"))
    confirm(page, "Yol ve Yapı")

    assert department(city, "roads").name == "Fen İşleri Müdürlüğü"


def test_two_thousand_people_fit_on_the_page(city: RunningCity, files: Path) -> None:
    night(city, files, units=UNITS)
    people = "".join(f"kisi{number};Kişi {number};;Memur;110\n" for number in range(2000))
    night(city, files, people=PEOPLE + people)

    page = morning(city)
    assert "tane daha var" in page.text
    assert len(changes(page)) <= 400


@pytest.mark.parametrize("role", ["supervisor", "director", "clerk", "auditor"])
def test_only_an_administrator_confirms(city: RunningCity, files: Path, role: str) -> None:
    night(city, files, units=UNITS)
    page = morning(city)
    identity = page.html.find("input", {"name": "change"})["value"]

    browser = city.browser(role)
    assert browser.get(PAGE, status=403)
    browser.send(PAGE, {"change": identity, "confirm": "1"}, status=403)
    assert department(city, "100") is None


def test_a_missing_file_is_told(city: RunningCity) -> None:
    city.now.advance(timedelta(minutes=11))
    city.work()

    assert "Dosya yerinde yok" in morning(city).text


def test_the_button_reads_the_files(city: RunningCity, files: Path) -> None:
    calls = city.services("administrator").plugin_calls
    assert not calls.try_it("csv_departments").ok
    for name, text in (("birimler.csv", UNITS), ("personel.csv", PEOPLE)):
        (files / name).write_text(text, encoding="utf-8")
        os.utime(files / name, (0, 0))
    tried = calls.try_it("csv_departments")

    assert tried.ok
    assert changes(morning(city))
