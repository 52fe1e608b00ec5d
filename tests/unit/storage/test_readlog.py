"""The read log: it only grows, it can be read from its end, and what was changed in it is noticed."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halkla_iliskiler.storage import ReadLog

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def fill(log: ReadLog, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        at = START + timedelta(minutes=number)
        log.append({"at": at.isoformat(timespec="seconds"), "who": f"kişi-{number}", "why": "x" * (number % 37)})


def who(log: ReadLog, **kw: object) -> list[str]:
    return [line.values["who"] for line in log.newest_first(**kw)]  # type: ignore[arg-type]


def test_an_empty_log_is_no_problem(tmp_path: Path) -> None:
    log = ReadLog(tmp_path)
    assert (log.newest(), list(log.problems()), list(log.newest_first())) == (None, [], [])


def test_it_is_read_from_its_end_whatever_the_size_of_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ReadLog(tmp_path)
    fill(log, 60)
    expected = [f"kişi-{number}" for number in reversed(range(60))]
    for block in (1, 7, 100, 4096, 1 << 16):
        monkeypatch.setattr("halkla_iliskiler.storage.readlog._BLOCK", block)
        assert who(log) == expected


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    log = ReadLog(tmp_path, rotate_at=2000)
    fill(log, 60)
    assert len(list(tmp_path.glob("reads-*.log"))) > 2
    seen: list[str] = []
    place = None
    while True:
        lines = [line for line, _ in zip(log.newest_first(place), range(7), strict=False)]
        if not lines:
            break
        seen += [line.values["who"] for line in lines]
        place = lines[-1].file, lines[-1].offset
    assert seen == [f"kişi-{number}" for number in reversed(range(60))]


@settings(max_examples=25)
@given(st.integers(-5, 70), st.sampled_from([300, 1 << 20]))
def test_a_day_is_found_without_reading_what_is_newer(
    tmp_path_factory: pytest.TempPathFactory, minute: int, rotate: int
) -> None:
    log = ReadLog(tmp_path_factory.mktemp("log"), rotate_at=rotate)
    fill(log, 60)
    expected = [f"kişi-{number}" for number in reversed(range(60)) if number < minute]
    assert who(log, until=START + timedelta(minutes=minute)) == expected


def test_the_chain_goes_on_over_files_put_aside(tmp_path: Path) -> None:
    log = ReadLog(tmp_path, rotate_at=500)
    fill(log, 30)
    assert list(log.problems()) == []
    first = sorted(tmp_path.glob("reads-*.log"))[0]
    first.unlink()  # archived elsewhere
    assert list(log.problems()) == []
    fill(log, 30, 30)
    names = sorted(path.name for path in tmp_path.glob("reads-*.log"))
    assert len(set(names)) == len(names)
    assert list(log.problems()) == []
    assert who(log)[:2] == ["kişi-59", "kişi-58"]


@pytest.mark.parametrize("change", ["a word", "a line out", "a line in", "two lines swapped"])
def test_what_was_changed_is_noticed(tmp_path: Path, change: str) -> None:
    log = ReadLog(tmp_path)
    fill(log, 9)
    path = tmp_path / "reads.log"
    lines = path.read_bytes().splitlines(keepends=True)
    if change == "a word":
        lines[4] = lines[4].replace("kişi-4".encode(), "kişi-5".encode())
    elif change == "a line out":
        del lines[4]
    elif change == "a line in":
        lines.insert(4, lines[2])
    else:
        lines[4], lines[5] = lines[5], lines[4]
    path.write_bytes(b"".join(lines))
    assert list(log.problems())
    assert "line " in next(log.problems())


def test_lines_of_a_version_without_a_chain_are_covered_by_it_too(tmp_path: Path) -> None:
    path = tmp_path / "reads.log"
    path.write_text('{"at": "2025-12-01T08:00:00+00:00", "who": "eski"}\n' * 3, encoding="utf-8")
    log = ReadLog(tmp_path)
    fill(log, 2)
    assert list(log.problems()) == []
    path.write_bytes(path.read_bytes().replace(b"eski", b"yeni"))
    assert list(log.problems()) == [
        "line 4 of reads.log does not follow the one before it: the read log was changed there"
    ]


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    log = ReadLog(tmp_path)
    fill(log, 3)
    with (tmp_path / "reads.log").open("ab") as file:
        file.write(b'{"at": "2026-01')
    fill(log, 2, 3)
    assert [line.values.get("who") for line in log.newest_first()] == [
        "kişi-4",
        "kişi-3",
        None,
        "kişi-2",
        "kişi-1",
        "kişi-0",
    ]
    assert list(log.problems()) == ["line 4 of reads.log cannot be read"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ReadLog(tmp_path)
    fill(log, 2)
    before = (tmp_path / "reads.log").read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:5]))
    with pytest.raises(OSError, match="could be written"):
        fill(log, 1, 2)
    monkeypatch.undo()
    assert (tmp_path / "reads.log").read_bytes() == before
    fill(log, 1, 2)
    assert list(log.problems()) == []


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    fill(ReadLog(tmp_path), 1)
    assert (tmp_path / "reads.log").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "reads.log").read_text(encoding="utf-8"))["before"] == ""
