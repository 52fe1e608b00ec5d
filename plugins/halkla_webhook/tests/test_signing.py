"""A receiver that knows the secret can tell that it was us; nobody else can say so."""

import base64
import os

import pytest
from halkla_webhook.signing import SecretRefused, keys_of, signature

SECRET = "whsec_bWFkZSB1cCBmb3IgdGVzdHMgb25seSwgbm9ib2R5IHVzZXMgaXQ="


def test_the_example_of_the_specification() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, its libraries' own example.
    body = b'{"event_type":"ping","data":{"success":true}}'

    key = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    signed = signature([key], "msg_loFOjxBNrRLzqYUf", 1731705121, body)

    assert signed == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_while_a_secret_is_replaced_both_sign() -> None:
    new = "whsec_" + base64.b64encode(os.urandom(32)).decode()

    both = signature(keys_of(f"{SECRET} {new}"), "msg_1", 1, b"{}").split()

    assert both == [signature(keys_of(one), "msg_1", 1, b"{}") for one in (SECRET, new)]


@pytest.mark.parametrize("changed", [("msg_2", 1, b"{}"), ("msg_1", 2, b"{}"), ("msg_1", 1, b"{ }")])
def test_another_id_time_or_body_has_another_signature(changed: tuple[str, int, bytes]) -> None:
    keys = keys_of(SECRET)

    assert signature(keys, *changed) != signature(keys, "msg_1", 1, b"{}")


@pytest.mark.parametrize(
    "secret", ["", SECRET.removeprefix("whsec_"), "whsec_", "whsec_kısa", "whsec_c2hvcnQ=", "whsec_" + "A" * 200]
)
def test_a_bad_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(SecretRefused) as refused:
        keys_of(secret)

    assert not secret or secret not in str(refused.value)
