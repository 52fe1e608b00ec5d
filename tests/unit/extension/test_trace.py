"""``HALKLA_TRACE_HOOKS=1`` prints who answered what in how long, and nothing of anybody."""

import re

import pytest

from halkla_iliskiler.api import ApplicationView, Channel
from halkla_iliskiler.extension import Extensions, build_plugins
from tests.faults.misbehaving import plugin

CHOOSE = "halkla_choose_department"
WORDS = "Komşum Rıza Bey gürültü yapıyor, 0532 000 00 00."


def asked(*modules: object) -> None:
    plugins = build_plugins((), {}, modules)  # type: ignore[arg-type]
    Extensions.collect(plugins)
    view = ApplicationView(WORDS, category_department="parks")
    plugins.choose(CHOOSE, lambda _code: True, application=view)


def test_it_prints_who_answered_what_in_how_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALKLA_TRACE_HOOKS", "1")

    def fail(**_: object) -> None:
        raise ValueError(WORDS)

    asked(
        plugin("one", **{"halkla_channels": lambda: [Channel("kiosk", "Kiosk")], CHOOSE: lambda **_: None}),
        plugin("two", **{CHOOSE: fail}),
    )
    said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if line.startswith("hook ")]
    told = [re.sub(r"[\d.]+ ms$", "… ms", line) for line in lines]
    assert "hook halkla_channels one: 1 values in … ms" in told
    assert told[-3:] == [
        f"hook {CHOOSE} two: ValueError in … ms",
        f"hook {CHOOSE} one: nothing in … ms",
        f"hook {CHOOSE} routing: str in … ms",
    ]
    assert not any(word in said for word in ("Rıza", "0532", "parks"))


def test_without_it_nothing_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("HALKLA_TRACE_HOOKS", raising=False)
    asked(plugin("one", **{CHOOSE: lambda **_: None}))
    assert "hook " not in capsys.readouterr().err
