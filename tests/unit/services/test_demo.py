"""How the applications of a demonstration are spread over the time before it."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from halkla_iliskiler.cli import main
from halkla_iliskiler.services.demo import stretches
from halkla_iliskiler.services.plugin_data import PluginData
from halkla_iliskiler.storage import open_database

INI = Path(__file__).parents[3] / "development.ini"


@pytest.mark.parametrize("count", [1, 200, 2000, 2001, 100_000, 1_000_000])
def test_the_stretches_follow_each_other_up_to_the_present_and_hold_every_application(count: int) -> None:
    parts = list(stretches(count))
    assert sum(wanted for wanted, _, _ in parts) == count
    assert all(0 < wanted <= 2000 for wanted, _, _ in parts)
    assert [oldest for _, oldest, _ in parts[1:]] == [newest for _, _, newest in parts[:-1]]
    assert parts[-1][2] == 0.0


def test_a_usual_demonstration_is_sixty_days_and_a_large_one_two_years() -> None:
    assert next(stretches(2000))[1] == 60 * 24
    assert next(stretches(100_000))[1] == 720 * 24


def answers(directory: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[int, tuple[int, str]], int]:
    """Make a demonstration; return who said how content they are, and how many of them the survey has counted."""
    monkeypatch.setenv("HALKLA_DATA", str(directory))
    made = CliRunner().invoke(main, ["-c", str(INI), "demo", "--applications", "400"])
    assert made.exit_code == 0, made.output
    (site_file,) = directory.glob("*/site.json")
    database = open_database(site_file.parent, read_only=True)
    try:
        with database.reading() as site:
            said = [ticket for ticket in site.tickets.values() if ticket.satisfaction is not None]
            assert all(ticket.created_at < ticket.satisfaction_at for ticket in said)
            assert {ticket.satisfaction_method for ticket in said} == {"page"}
            counted = sum(sum(counts) for _, counts in PluginData("survey", site).items("count/"))
            return {ticket.id: (ticket.satisfaction or 0, ticket.satisfaction_text) for ticket in said}, counted
    finally:
        database.close()


def test_some_say_how_content_they_are_the_same_in_every_demonstration_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, counted = answers(tmp_path / "one", monkeypatch)
    assert len(said) > 30
    assert counted == len(said)
    assert set(Counter(rating for rating, _ in said.values())) == {1, 2, 3, 4, 5}
    assert {text for _, text in said.values()} > {""}
    again, _ = answers(tmp_path / "two", monkeypatch)
    # Only what is of the last hours hangs on the hour of the day.
    assert len(again.items() & said.items()) > 0.9 * len(said)
