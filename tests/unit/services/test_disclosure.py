"""Personal data is opened with a permission and a reason, and it is remembered who did."""

import json
from collections.abc import Callable

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[..., Services]
AYSE = ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")


@pytest.fixture
def filed(services: As) -> Filed:
    return services().intake.file(draft(details=AYSE))


def log(assembly: Assembly) -> list[dict[str, str]]:
    path = assembly.database.files.directory / "reads.log"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_who_looked_at_what_when_why_and_from_where_is_written_down(
    assembly: Assembly, services: As, filed: Filed, now: FakeNow
) -> None:
    assert services("clerk").disclosure.contact_details(filed.ticket_id, " Geri arama\n", "203.0.113.7") == AYSE
    assert log(assembly) == [
        {
            "at": now().isoformat(),
            "who": "clerk",
            "ticket": filed.address,
            "what": "contact_details",
            "why": "Geri arama",
            "from": "203.0.113.7",
            "before": "",
        }
    ]
    assert (assembly.database.files.directory / "reads.log").stat().st_mode & 0o077 == 0


def test_the_log_only_grows_a_line_a_look_and_holds_nothing_of_what_was_seen(
    assembly: Assembly, services: As, filed: Filed
) -> None:
    for reason in ("ilk", "iki\nsatır", "x" * 500):
        services("agent").disclosure.contact_details(filed.ticket_id, reason, "")
    lines = log(assembly)
    assert len(lines) == 3
    assert max(len(line["why"]) for line in lines) == 200
    content = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8")
    assert "0000001" not in content
    assert "Ayşe" not in content


@pytest.mark.parametrize("reason", ["", "  ", "\n\x00", "…", "\u200b\u200b"])
def test_without_a_reason_nothing_is_opened(assembly: Assembly, services: As, filed: Filed, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services("clerk").disclosure.contact_details(filed.ticket_id, reason, "")
    assert refused.value.field == "reason"
    assert log(assembly) == []


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("field_crew", Forbidden), ("deputy_mayor", Forbidden), ("auditor", Forbidden), ("clerk-roads", NotFound),
        ("administrator", NotFound), ("", NotFound),
    ],
)  # fmt: skip
def test_who_may_not_is_refused_and_nothing_is_logged(
    assembly: Assembly, services: As, filed: Filed, role: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services(role).disclosure.contact_details(filed.ticket_id, "merak", "")
    assert log(assembly) == []


def test_looking_writes_nothing_into_the_database(assembly: Assembly, services: As, filed: Filed) -> None:
    size = assembly.database.files.data.stat().st_size
    services("clerk").disclosure.contact_details(filed.ticket_id, "Geri arama", "")
    assert assembly.database.files.data.stat().st_size == size


def test_an_identity_number_is_opened_like_the_rest_and_stands_in_no_log(assembly: Assembly, services: As) -> None:
    filed = services().intake.file(draft(category="petition", details=AYSE))

    def keep(unit: Unit) -> None:
        services("system").national_ids.keep(unit, unit.site.tickets[filed.ticket_id], "10000000146")

    assembly.write(keep, "a number that a law asked for")
    assert services("agent").disclosure.national_id(filed.ticket_id, "Kimlik kontrolü", "") == "10000000146"
    assert [(line["what"], line["why"]) for line in log(assembly)] == [("national_id", "Kimlik kontrolü")]
    assert "10000000146" not in (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8")
    with pytest.raises(InvalidInput):
        services("agent").disclosure.national_id(filed.ticket_id, " ", "")
    with pytest.raises(Forbidden):
        services("auditor").disclosure.national_id(filed.ticket_id, "merak", "")


def test_an_export_needs_a_reason_and_says_how_much_left(assembly: Assembly, services: As) -> None:
    with pytest.raises(InvalidInput):
        services("supervisor").disclosure.exported("açık başvurular", 12, "", "")
    services("supervisor").disclosure.exported("açık başvurular", 12, "Aylık rapor", "")
    (line,) = log(assembly)
    assert (line["what"], line["by"], line["found"], line["why"]) == (
        "exported", "açık başvurular", "12", "Aylık rapor",
    )  # fmt: skip
