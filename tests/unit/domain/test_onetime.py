"""One-time codes: six digits, nothing of them stored, right once, in time, and within five tries."""

from datetime import timedelta

from halkla_iliskiler.domain.onetime import CODE_LIFE, MOST_TRIES, Proof, hidden_key, new_secret
from halkla_iliskiler.testing import START

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def proof(**kw: bool) -> Proof:
    return Proof("", "ayse@example.org", START + CODE_LIFE, **kw)


def test_a_code_is_six_digits_and_needs_the_key() -> None:
    codes = {proof().code(KEY) for _ in range(300)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 290, "another one each time"
    one = proof()
    assert one.code(KEY) == one.code(KEY) != one.code(OTHER_KEY)
    assert one.code(KEY) not in repr(vars(one)), "nothing of it is kept"


def test_right_is_right_however_it_is_typed() -> None:
    one = proof()
    code = one.code(KEY)
    assert one.accepts(KEY, f" {code[:3]}-{code[3:]} ", START)


def test_five_tries_and_the_right_one_may_be_the_last() -> None:
    for wrong in range(MOST_TRIES + 1):
        one = proof()
        for _ in range(wrong):
            assert not one.accepts(KEY, "", START)
        assert one.accepts(KEY, one.code(KEY), START) == (wrong < MOST_TRIES)


def test_it_is_over_to_the_second() -> None:
    assert proof().is_over(START + CODE_LIFE)
    assert not proof().is_over(START + CODE_LIFE - timedelta(seconds=1))
    one = proof()
    assert not one.accepts(KEY, one.code(KEY), START + CODE_LIFE)


def test_of_an_unknown_address_no_code_is_right() -> None:
    one = proof(is_known=False)
    assert not one.accepts(KEY, one.code(KEY), START)


def test_what_is_typed_is_never_a_crash() -> None:
    for typed in ("", "x" * 10_000, "١٢٣٤٥٦", "\ud800", "１２３４５６", "12345", "1234567"):
        assert not proof().accepts(KEY, typed, START)


def test_the_browsers_secret_is_not_what_is_stored() -> None:
    secret = new_secret()
    assert len(secret) >= 32
    assert secret not in hidden_key(secret)
    assert hidden_key(secret) == hidden_key(secret) != hidden_key(new_secret())
