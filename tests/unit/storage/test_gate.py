"""One writer at a time, and never so many waiting that nobody can read."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.storage import GateBusy, WriteGate
from halkla_iliskiler.testing import draft

LONG = 30.0  # seconds that no test ever waits: events end every wait earlier


def test_only_one_is_inside() -> None:
    gate, inside, most = WriteGate(8, LONG), [], []

    def write(number: int) -> None:
        for _ in range(50):
            with gate.entered():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert set(most) == {1}
    assert len(most) == 200


def test_it_opens_again_after_a_writer_failed() -> None:
    gate = WriteGate()
    with pytest.raises(ZeroDivisionError), gate.entered():
        raise ZeroDivisionError
    with gate.entered():
        pass


def test_who_waits_longer_than_the_patience_is_sent_away() -> None:
    gate = WriteGate(max_waiting=4, patience=0.01)
    with gate.entered(), pytest.raises(GateBusy, match="try again"), gate.entered():
        pass


def test_one_more_than_may_wait_is_sent_away_at_once_while_the_others_keep_their_place() -> None:
    gate = WriteGate(max_waiting=1, patience=LONG, short_patience=0.01)
    got_in = threading.Event()
    waits = threading.Event()

    def wait_for_it() -> None:
        waits.set()
        with gate.entered():
            got_in.set()

    with gate.entered():
        waiter = threading.Thread(target=wait_for_it)
        waiter.start()
        assert waits.wait(LONG)
        while not gate._waiting:  # the thread is between its signal and the gate
            pass
        with pytest.raises(GateBusy), gate.entered():
            pass
        assert not got_in.is_set()
    assert got_in.wait(LONG)
    waiter.join()


def test_the_worker_is_not_sent_away_and_takes_nobodys_place() -> None:
    gate = WriteGate(max_waiting=1, patience=LONG, short_patience=0.01)
    done = threading.Event()

    def work() -> None:
        with gate.entered(patience=LONG):
            done.set()

    with gate.entered():
        worker = threading.Thread(target=work)
        worker.start()
        assert not gate._waiting
    assert done.wait(LONG)
    worker.join()


def test_a_citizen_before_a_closed_gate_is_told_so_and_nothing_is_begun(assembly: Assembly) -> None:
    assembly.database.gate = WriteGate(max_waiting=1, patience=0.01, short_patience=0.01)
    application = draft()
    with assembly.database.gate.entered(), pytest.raises(GateBusy):
        assembly.services(ANONYMOUS).intake.file(application)
    with assembly.database.reading() as site:
        assert len(site.tickets) == 0
    assert not assembly.services(ANONYMOUS).intake.file(application).is_repeat


def test_reading_does_not_wait_for_the_gate(assembly: Assembly) -> None:
    with assembly.database.gate.entered(), assembly.database.reading() as site:
        assert len(site.tickets) == 0
