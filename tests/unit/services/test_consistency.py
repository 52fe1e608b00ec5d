"""``halkla check`` finds what is broken, says it in a sentence, and never breaks over it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.storage import Site
from halkla_iliskiler.testing import FakeNow, draft, open_site, png


def ticket(site: Site) -> object:
    return next(iter(site.tickets.values()))


def lose_intake_key(site: Site) -> None:
    site.intake_keys.clear()


def dangling_intake_key(site: Site) -> None:
    site.intake_keys["x"] = 5


def same_number_twice(site: Site) -> None:
    first, second = site.tickets.values()
    second.number = first.number


def lose_category(site: Site) -> None:
    site.city.replace(categories=())


def lose_applicant(site: Site) -> None:
    for one in site.tickets.values():
        one.applicant_id = None


def lose_phone_look_up(site: Site) -> None:
    site.by_phone.clear()


def lose_place_in_queue(site: Site) -> None:
    site.outbox.due.clear()


def lose_message(site: Site) -> None:
    for one in site.tickets.values():
        one.notifications = ()


def half_a_duplicate(site: Site) -> None:
    first, second = site.tickets.values()
    first.duplicate_of = second.id


def forgotten_duplicate(site: Site) -> None:
    first, second = site.tickets.values()
    first.duplicates = (second.id,)


def forgotten_part(site: Site) -> None:
    first, second = site.tickets.values()
    first.splits = (second.id,)


BREAKS = [
    (half_a_duplicate, "does not know of it"),
    (forgotten_duplicate, "is none of it"),
    (forgotten_part, "was not made of it"),
    (lose_intake_key, "not known by its intake key"),
    (dangling_intake_key, "leads to no ticket"),
    (same_number_twice, "given twice"),
    (lose_category, "catalogue does not know"),
    (lose_applicant, "does not name them"),
    (lose_phone_look_up, "not found by one of their addresses"),
    (lose_place_in_queue, "its place in the queue"),
    (lose_message, "belongs to no ticket"),
]


@pytest.fixture
def site(site_directory: Path, now: FakeNow) -> Assembly:
    """A site that a test may break."""
    assembly = open_site(site_directory, now)
    details = ContactDetails("Ayşe", "+905990000001", "ayse@example.org")
    for _ in range(2):
        assembly.services(ANONYMOUS).intake.file(draft(details=details))
    return assembly


@pytest.mark.parametrize(("damage", "said"), BREAKS)
def test_what_is_kept_twice_and_differs_is_said(site: Assembly, damage: Callable[[Site], None], said: str) -> None:
    assert list(problems(site.database, site.index)) == []
    site.database.write(damage, "break it")
    assert any(said in problem for problem in problems(site.database, site.index))
    site.close()


def test_a_photo_that_is_gone_is_said(site: Assembly) -> None:
    from io import BytesIO

    from halkla_iliskiler.services.uploads import receive

    upload = receive(BytesIO(png()), "a.png", site.database.files.uploads)
    site.services(ANONYMOUS).intake.file(draft(uploads=(upload,)))
    for blob in site.database.files.blobs.rglob("*.blob"):
        blob.unlink()
    assert any("cannot be read" in problem for problem in problems(site.database, site.index))
    site.close()


def test_an_object_whose_bytes_are_damaged_is_said_and_the_rest_is_still_looked_at(
    site_directory: Path, site: Assembly, now: FakeNow
) -> None:
    site.close()
    data = site_directory / "Data.fs"
    content = data.read_bytes()
    # Two words of one ticket's record are overwritten: the file's structure is whole, its content is not.
    place = content.rindex(b"halkla_iliskiler.domain.ticket\nContact")
    data.write_bytes(content[:place] + b"\xff" * 16 + content[place + 16 :])
    damaged = open_site(site_directory, now)
    try:
        found = list(problems(damaged.database, damaged.index))
        assert any("cannot be read" in problem for problem in found)
    finally:
        damaged.close()
