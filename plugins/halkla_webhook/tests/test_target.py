"""Whom we call, and above all whom we do not."""

import pytest
from halkla_webhook.target import Policy, TargetRefused, look_up, read_target, system_resolver

POLICY = Policy(frozenset({"hooks.example"}), frozenset({"inside.example"}), may_be_plain=True)


def refused(url: str, policy: Policy = POLICY) -> str:
    with pytest.raises(TargetRefused) as problem:
        read_target(url, policy)
    return str(problem.value)


def test_an_allowed_address_in_its_parts() -> None:
    target = read_target("https://hooks.example/olay?kim=belediye", POLICY)

    assert (target.host, target.port, target.path) == ("hooks.example", 443, "/olay?kim=belediye")
    assert target.authority == "hooks.example"
    assert read_target("https://hooks.example:8443", POLICY).authority == "hooks.example:8443"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example/", "plain"),
        ("https://other.example/", "host"),
        ("https://hooks.example.other.example/", "host"),
        ("https://hooks.example@other.example/", "malformed"),
        ("https://hooks.example:x/", "malformed"),
        ("https://hooks.example/a#b", "malformed"),
        ("https://hooks.example/a\r\nHost: other.example", "malformed"),
        ("file:///etc/passwd", "malformed"),
        ("gopher://hooks.example/", "malformed"),
        ("https:hooks.example", "malformed"),
        ("https://höoks.example/", "malformed"),
        ("", "malformed"),
        ("https://[::1", "malformed"),
        ("https://a..b/", "malformed"),
        (f"https://{'a' * 64}.example/", "malformed"),
    ],
)
def test_what_is_not_called(url: str, why: str) -> None:
    assert refused(url) == why


def test_nobody_is_called_where_nobody_is_listed() -> None:
    assert refused("https://hooks.example/", Policy()) == "host"


def test_without_tls_only_inside_and_only_where_it_is_allowed() -> None:
    assert read_target("http://inside.example/", POLICY).port == 80
    assert refused("http://inside.example/", Policy(internal_hosts=frozenset({"inside.example"}))) == "plain"


INSIDE = [
    "127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fd00:ec2::254", "fe80::1", "169.254.169.254", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::", "224.0.0.1", "ff02::1",  # noqa: S104
    "255.255.255.255", "198.18.0.1", "240.0.0.1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b:1::7f00:1", "64:ff9b:1::5db8:d822", "::93.184.216.34", "fec0::1", "fec0:0:0:ffff::1", "4000::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_listed_name_that_points_inside_is_refused(address: str) -> None:
    target = read_target("https://hooks.example/", POLICY)

    with pytest.raises(TargetRefused, match="address"):
        look_up(target, lambda host, port: [address])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd12::1", "::ffff:10.0.0.1"])
def test_a_host_listed_as_internal_may_be_inside(address: str) -> None:
    target = read_target("https://inside.example/", POLICY)

    assert look_up(target, lambda host, port: [address]) == [address]


NOBODY = [
    "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "::ffff:169.254.169.254",  # noqa: S104
    "::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe",
]  # fmt: skip


@pytest.mark.parametrize("address", NOBODY)
def test_what_nobody_listens_at_is_refused_however_it_is_listed(address: str) -> None:
    target = read_target("https://inside.example/", POLICY)

    with pytest.raises(TargetRefused, match="address"):
        look_up(target, lambda host, port: [address])


def test_one_bad_answer_spoils_the_good_ones() -> None:
    target = read_target("https://hooks.example/", POLICY)

    with pytest.raises(TargetRefused, match="address"):
        look_up(target, lambda host, port: ["93.184.216.34", "127.0.0.1"])
    public = ["93.184.216.34", "2606:2800::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
    assert look_up(target, lambda host, port: public) == public


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "127.0.0.1"])
def test_other_spellings_of_this_machine_are_seen_through(host: str) -> None:
    target = read_target(f"https://{host}/", Policy(frozenset({host})))

    with pytest.raises(TargetRefused, match="address"):
        look_up(target, system_resolver)
