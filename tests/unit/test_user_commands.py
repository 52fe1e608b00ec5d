"""The commands about accounts, on a site of their own."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from halkla_iliskiler.cli import main
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.services.accounts import LogInRefused
from halkla_iliskiler.testing import PASSWORD, open_site, site_settings


@pytest.fixture
def run(site_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("HALKLA_DATA", raising=False)
    ini = tmp_path / "site.ini"
    lines = [f"{name} = {value}" for name, value in site_settings(site_directory).items()]
    ini.write_text("\n".join(["[app:main]", "use = egg:halkla-iliskiler", *lines]), encoding="utf-8")

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, ["-c", str(ini), "user", *words])

    return command


def log_in(site_directory: Path, username: str, password: str) -> bool:
    assembly = open_site(site_directory)
    try:
        return bool(assembly.services(SYSTEM).accounts.log_in(username, password, "203.0.113.7"))
    except LogInRefused:
        return False
    finally:
        assembly.close()


def test_an_account_from_its_first_password_to_its_end(run: Any, site_directory: Path) -> None:
    made = run("add", "ayse", "--name", "Ayşe Yılmaz", "--role", "agent", "--once")
    assert made.exit_code == 0, made.output
    first = made.output.split()[-1]
    assert "waiting" in run("list").output
    assert log_in(site_directory, "ayse", first)
    again = run("passwd", "ayse", "--once").output.split()[-1]
    assert not log_in(site_directory, "ayse", first)
    assert log_in(site_directory, "ayse", again)
    assert run("end-sessions", "ayse").output == "Ended 1 sessions of ayse.\n"
    assert run("disable", "ayse").exit_code == 0
    assert not log_in(site_directory, "ayse", again)
    assert run("enable", "ayse").exit_code == 0
    assert log_in(site_directory, "ayse", again)
    assert run("reset-second-factor", "ayse").exit_code == 0
    assert run("away", "ayse", "--from", "2026-01-08", "--until", "2026-01-09", "--deputy", "agent").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("disable", "nobody"), "There is no account nobody."), (("disable", "administrator"), "last administrator"),
        (("reset-second-factor", "nobody"), "There is no account nobody."),
        (("away", "clerk", "--from", "2026-01-09", "--until", "2026-01-08"), "comes before the first"),
        (("away", "clerk", "--until", "2026-01-08", "--deputy", "clerk"), "The deputy has no account"),
        (("add", "clerk", "--name", "X", "--role", "agent", "--once"), "taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(run: Any, words: tuple[str, ...], said: str) -> None:
    refused = run(*words)
    assert refused.exit_code == 1
    assert said in refused.output
    assert PASSWORD not in refused.output
