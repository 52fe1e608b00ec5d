"""Messages come from the catalogue of whoever says them."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from translationstring import TranslationStringFactory

from halkla_iliskiler.i18n import translate


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a plugin's package with a Turkish catalogue of its own."""
    name = "kiosk_with_words"
    folder = tmp_path / name / "locales" / "tr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text("")
    messages = Catalog(locale="tr", domain=name)
    messages.add("Stand at ${place}", "${place} önündeki kiosk")
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    (folder / f"{name}.mo").write_bytes(compiled.getvalue())
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_a_plugin_speaks_from_its_own_catalogue(package: str) -> None:
    said = TranslationStringFactory(package)("Stand at ${place}", mapping={"place": "İskele"})
    assert translate(said, "tr") == "İskele önündeki kiosk"


def test_what_a_plugins_catalogue_does_not_say_is_its_message_id(package: str) -> None:
    assert translate(TranslationStringFactory(package)("Paper is out"), "tr") == "Paper is out"


def test_a_domain_without_a_package_reads_its_message_ids() -> None:
    assert translate(TranslationStringFactory("nobody_has_this")("Hello"), "tr") == "Hello"


@pytest.mark.parametrize("domain", ["nobody.has.this", ".hall", "..", "__main__", "json.tool"])
def test_a_mistyped_domain_reads_its_message_ids(domain: str) -> None:
    assert translate(TranslationStringFactory(domain)("Hello"), "tr") == "Hello"


@pytest.mark.parametrize("language", ["tr", "en", "ar", "ru"])
def test_nothing_is_said_as_nothing(language: str) -> None:
    """A catalogue keeps its own head under the empty message id."""
    assert translate("", language) == ""
