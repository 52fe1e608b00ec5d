"""What an administrator may set, and what is refused where it is typed."""

import colander
import pytest
from halkla_webhook.settings import DEFAULT_EVENTS, Settings, schema
from halkla_webhook.words import EVENTS, PROBLEMS

from halkla_iliskiler.api import EVENT_NAMES


def test_without_anything_nobody_is_called() -> None:
    read = Settings.of(schema().deserialize({}))

    assert (read.addresses, read.events, read.timeout) == ((), frozenset(DEFAULT_EVENTS), 10.0)
    assert read.policy.hosts == frozenset()


def test_every_event_has_its_words() -> None:
    assert set(EVENTS) == set(EVENT_NAMES)


def test_addresses_are_one_a_line() -> None:
    typed = {"addresses": "https://a.example/x\r\nhttps://b.example/\r\n", "hosts": "A.example b.example"}

    assert Settings.of(schema().deserialize(typed)).addresses == ("https://a.example/x", "https://b.example/")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"addresses": "https://a.example/"}, "host"),
        ({"addresses": "http://a.example/", "hosts": "a.example"}, "plain"),
        ({"addresses": "http://a.example/", "internal_hosts": "a.example"}, "plain"),
        ({"addresses": "a.example", "hosts": "a.example"}, "malformed"),
        ({"addresses": "https://a..b/", "hosts": "a..b"}, "malformed"),
    ],
)
def test_an_address_that_would_never_be_called_is_refused_at_once(typed: dict[str, str], why: str) -> None:
    with pytest.raises(colander.Invalid) as refused:
        schema().deserialize(typed)

    assert refused.value.asdict(translate=str) == {"addresses": str(PROBLEMS[why])}


@pytest.mark.parametrize("typed", [{"timeout": "0"}, {"timeout": "31"}, {"timeout": "x"}, {"events": ["filed", "x"]}])
def test_other_mistakes(typed: dict[str, object]) -> None:
    with pytest.raises(colander.Invalid):
        schema().deserialize(typed)
