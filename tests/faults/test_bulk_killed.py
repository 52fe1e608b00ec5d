"""SIGKILL while a job about many tickets runs: it goes on, nothing is done twice, nobody is written to twice."""

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import BulkKind, BulkOrder, BulkState
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.lists import Listed, Queue
from halkla_iliskiler.testing import FakeNow, TestMethod, actor, draft, make_site, open_site

pytestmark = pytest.mark.faults

TICKETS = 300
WORKER = """
import sys
from pathlib import Path
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.testing import open_site

assembly = open_site(Path(sys.argv[1]))
print("up", flush=True)
while assembly.services(SYSTEM).bulk.run_due(10):
    pass
print("over", flush=True)
assembly.close()
"""


def killed(site: Path, after: float) -> bool:
    """Let a worker run for *after* seconds and kill it; tell whether it had come to the end by itself."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(site)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "up"
        time.sleep(after)
        worker.kill()
        return "over" in worker.stdout.read()


def test_a_job_that_is_killed_again_and_again(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assembly = make_site(site, FakeNow())
    for number in range(TICKETS):
        who = ContactDetails(f"Kişi {number // 2}", email=f"kisi{number // 2}@example.org")
        assembly.services(SYSTEM).intake.file(draft(details=who))
    director = assembly.services(actor("director"))
    job_id = director.bulk.choose("liste=open", Listed(Queue.OPEN))
    director.bulk.prepare(job_id, BulkOrder(BulkKind.FINISH, "{number} oldu.", outcome="SOLVED"))
    director.bulk.start(job_id, 1)
    assembly.close()

    random, kills = Random(7), 0
    while not killed(site, random.uniform(0.02, 0.3)):
        kills += 1
        assert kills < 200, "it does not get on"
    assert kills

    assembly = open_site(site, FakeNow())
    with assembly.database.reading() as opened:
        assert opened.bulk is not None
        job = opened.bulk.jobs[job_id]
        assert (job.state, job.done, len(job.results)) == (BulkState.FINISHED, TICKETS, TICKETS)
        assert {ticket.revision for ticket in opened.tickets.values()} == {2}
    assert list(problems(assembly.database, assembly.index)) == []
    while assembly.services(SYSTEM).delivery.deliver_due(50):
        pass
    method = assembly.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    answers = [note.to for note in method.delivered if "oldu" in note.body]
    assert len(answers) == len(set(answers)) == TICKETS // 2
    assembly.close()
