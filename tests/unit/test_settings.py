"""The settings of the ini: what is misspelt or makes no sense is refused before anything is opened."""

from pathlib import Path

import pytest

from halkla_iliskiler.settings import SettingRefused, read_options
from halkla_iliskiler.testing import site_settings


def test_a_directory_is_all_that_has_to_be_said(tmp_path: Path) -> None:
    options = read_options({"halkla.data": str(tmp_path)})
    assert (options.data, options.plugins, options.worker, options.secure_cookies) == (tmp_path, (), "thread", True)
    assert str(options.time_zone) == "Europe/Istanbul"


def test_plugins_are_read_in_their_order_and_other_peoples_settings_left_alone(tmp_path: Path) -> None:
    options = read_options(
        {**site_settings(tmp_path, plugins="\n  email\n  city\n", base_url="http://x/ "), "pyramid.debug": "true"}
    )
    assert options.plugins == ("email", "city")
    assert options.base_url == "http://x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secure_cookies", "yes"), ("secure_cookies", "True"), ("worker", "process"), ("time_zone", "Europe/Nowhere"),
        ("time_zone", "../etc/passwd"), ("default_language", "de"), ("threads", "many"), ("number_block", "1.5"),
        ("demo", "1"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        read_options(site_settings(tmp_path, **{name: value}))
    assert f"halkla.{name}" in str(refused.value)
    assert repr(value) in str(refused.value)


def test_a_misspelt_setting_is_an_error_and_not_a_surprise(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match=r"halkla\.secure_cookie is not a setting; known are .*secure_cookies"):
        read_options({"halkla.data": str(tmp_path), "halkla.secure_cookie": "true"})


@pytest.mark.parametrize("settings", [{}, {"halkla.data": " "}, {"data": "x"}])
def test_without_a_directory_there_is_no_site(settings: dict[str, str]) -> None:
    with pytest.raises(SettingRefused, match=r"halkla\.data is missing"):
        read_options(settings)


@pytest.mark.parametrize(("threads", "used"), [("1", 4), ("0", 4), ("-3", 4), ("16", 16)])
def test_there_are_always_enough_threads_for_a_reader_beside_the_writers(
    tmp_path: Path, threads: str, used: int
) -> None:
    assert read_options(site_settings(tmp_path, threads=threads)).threads == used
