"""What a plugin can end is the process: the ledger holds, and it starts again."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import TicketEvent
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.testing import FakeNow, draft, open_site
from halkla_iliskiler.work import Runner
from tests.faults.exiting import ENDINGS, HOW_MANY, words
from tests.faults.misbehaving import plugin

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]


def run_until_it_ends(site: Path, ledger: Path, hook: str, ending: str = "exit") -> tuple[list[str], dict[str, str]]:
    """Return the keys that were sent, and the numbers that were confirmed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.exiting", str(site), str(ledger), hook, ending],
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert done.returncode == ENDINGS[ending][1]
    lines = [line.split() for line in ledger.read_text(encoding="utf-8").splitlines()]
    return [line[1] for line in lines if line[0] == "sent"], {line[1]: line[2] for line in lines if len(line) == 3}


@pytest.mark.parametrize("hook", ["halkla_check_application", "halkla_choose_department", "halkla_on_ticket_event"])
@pytest.mark.parametrize("ending", list(ENDINGS))
def test_what_was_confirmed_is_there_once_and_the_rest_can_be_sent_again(
    hook: str, ending: str, site_directory: Path, tmp_path: Path, now: FakeNow
) -> None:
    sent, confirmed = run_until_it_ends(site_directory, tmp_path / "ledger", hook, ending)
    assert len(confirmed) >= HOW_MANY - 1
    assert len(sent) - len(confirmed) <= 1

    assembly = open_site(site_directory, now, modules=(testing,))
    with assembly.database.reading() as site:
        stored = [(ticket.number, ticket.words) for ticket in site.tickets.values()]
    assert len(stored) == len(set(stored)) <= len(sent)
    assert {(number, words(key)) for key, number in confirmed.items()} <= set(stored)
    # Whoever got no answer sends it again; whoever did gets the same number.
    services = assembly.services(ANONYMOUS)
    again = {key: services.intake.file(draft(intake_key=key, words=words(key))).number for key in sent}
    assert confirmed.items() <= again.items()
    assert list(problems(assembly.database, assembly.index)) == []
    assembly.close()


def test_what_a_plugin_was_being_told_is_told_again(site_directory: Path, tmp_path: Path, now: FakeNow) -> None:
    _sent, confirmed = run_until_it_ends(site_directory, tmp_path / "ledger", "halkla_on_ticket_event")
    told: list[TicketEvent] = []
    mended = plugin("bad", halkla_on_ticket_event=lambda event, house: told.append(event))
    assembly = open_site(site_directory, now, modules=(testing, mended))
    now.advance(timedelta(minutes=6))
    Runner(assembly).run_due(now(), everything=True)
    assert [event.ticket.number for event in told] == [list(confirmed.values())[HOW_MANY - 1]]
    assembly.close()
