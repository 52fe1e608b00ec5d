"""No room left: nothing is promised, everything can be read, and with room again it goes on."""

import resource
from random import Random

import pytest

from tests.faults.citizens import Citizen, Form, Ledger
from tests.faults.running import Place

pytestmark = pytest.mark.faults


def test_no_room_for_the_database(place: Place) -> None:
    ledger = Ledger(place.directory / "ledger.jsonl")
    random = Random(7)
    with place.served() as server:
        citizen = Citizen(place.port)

        def send(form: Form) -> int:
            ledger.sending(form)
            answer = citizen.send(form)
            if answer.number:
                ledger.acknowledged(form, answer.number)
                follow = f"/takip/{answer.number}/{answer.code}"
                assert citizen.read(follow)[0] == 200
            else:
                assert "Traceback" not in answer.page
            return answer.status

        assert send(Form.invented(random)) == 303
        # A file may not grow any more than a few kilobytes: what a full disk does, to this process alone.
        size = (place.site / "Data.fs").stat().st_size
        unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size + 6000, resource.RLIM_INFINITY))
        statuses = [send(Form.invented(random, with_photo=0.3)) for _ in range(12)]
        assert statuses[-1] in (500, 503, 507)
        assert citizen.read("/basvuru")[0] == 200
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        for form in ledger.unacknowledged:
            assert send(form) == 303
        citizen.close()
    assert ledger.contradictions == []
    assert place.run("check").code == 0
