"""Threads with a budget: used again when they come back, abandoned when they do not, and never a way out."""

import sys
import threading

import pytest
import transaction

from halkla_iliskiler.extension.budget import Abandoned, Ran, refuse_when_abandoned, run_within


def test_what_comes_back_in_time_is_the_answer_and_its_thread_is_used_again() -> None:
    first, second = (run_within(5, threading.get_ident).answer for _ in range(2))
    assert first == second != threading.get_ident()


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit, BaseException])
def test_whatever_is_raised_stays_there(problem: type[BaseException]) -> None:
    def fail() -> None:
        raise problem

    assert isinstance(run_within(5, fail).problem, problem)
    assert isinstance(run_within(5, lambda: sys.exit(1)).problem, SystemExit)
    assert run_within(5, lambda: "well").answer == "well"


def test_what_hangs_is_abandoned_and_may_ask_nothing_any_more() -> None:
    release, over = threading.Event(), threading.Event()
    stopped: list[bool] = []

    def hang() -> None:
        release.wait()
        try:
            refuse_when_abandoned()
        except Abandoned:
            stopped.append(True)
        over.set()

    assert run_within(0.05, hang) == Ran(is_late=True)
    # The next one is not kept waiting by it.
    assert run_within(5, lambda: "well").answer == "well"
    release.set()
    assert over.wait(10)
    assert stopped == [True]


def test_whoever_is_in_time_may_ask_everything() -> None:
    assert run_within(5, refuse_when_abandoned) == Ran()


def test_many_at_a_time_each_get_their_own_answer() -> None:
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        for _ in range(20):
            assert run_within(30, lambda: number).answer == number
        found[number] = number

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16


@pytest.mark.parametrize("end", [transaction.commit, transaction.abort])
def test_ending_a_transaction_is_noticed_once(end: object) -> None:
    assert run_within(5, end).ended_transaction  # type: ignore[arg-type]
    assert not run_within(5, lambda: None).ended_transaction
