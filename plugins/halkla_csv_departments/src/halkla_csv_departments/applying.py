"""What there is to confirm, and carrying it out: all at once, but so that one refusal holds up no other."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from halkla_iliskiler.api import AccountChange, AccountView, Department, House, PluginData, Refused

from .difference import Change, differences, grants_of, is_alarming
from .files import State

__all__ = ["Pending", "confirm", "decline", "pending"]


@dataclass(frozen=True)
class Pending:
    """What is to be confirmed: not declined, and declined before. ``alarming`` are subjects whose file looks cut off.

    ``departments`` and ``accounts`` are what it was compared with.
    """

    changes: tuple[Change, ...]
    declined: tuple[Change, ...]
    alarming: frozenset[str]
    departments: Mapping[str, Department]
    accounts: Mapping[str, AccountView]


@dataclass(frozen=True)
class Done:
    """What became of a confirmation: how many, which were refused and why (a code), first passwords of new accounts.

    ``left`` is how many there was no time for.
    """

    count: int
    refused: tuple[tuple[Change, str], ...]
    passwords: Mapping[str, str]
    left: int = 0


def pending(house: House) -> Pending:
    """Compare what the files said with what there is now."""
    state = State(house.data)
    departments, accounts = house.departments(), house.accounts()
    found = differences(
        state.units,
        state.people,
        departments,
        accounts,
        links=state.links,
        named=state.named,
        today=_today(house),
    )
    known = {"unit": len(departments), "person": len(accounts)}
    alarming = {subject for subject, count in known.items() if is_alarming(found, subject, count)}
    return Pending(
        tuple(change for change in found if change.id not in state.declined),
        tuple(change for change in found if change.id in state.declined),
        frozenset(alarming),
        {department.code: department for department in departments},
        {account.username: account for account in accounts},
    )


def confirm(
    house: House,
    chosen: Collection[str],
    successors: Mapping[str, str],
    clock: Callable[[], float] = time.monotonic,
) -> Done:
    """Carry out the changes whose ids are *chosen*, as they are now: what has changed since is not done unseen.

    *successors* are who takes over from a unit that ends, by the change's id. *clock* gives seconds: what cannot be
    begun in time is left, so that the page still comes with the first passwords of what was made.
    """
    until = clock() + _SECONDS
    now = pending(house)
    wanted = [change for change in (*now.changes, *now.declined) if change.id in chosen]
    refused: list[tuple[Change, str]] = []
    passwords: dict[str, str] = {}

    def apply(changes: Sequence[Change]) -> None:
        if changes[0].subject == "unit":
            units = [_unit(now.departments.get(one.key), one, successors.get(one.id, "")) for one in changes]
            house.apply_departments(units, _NOTE)
        else:
            accounts = [_account(now.accounts.get(one.key), one) for one in changes]
            passwords.update(house.apply_accounts(accounts, _NOTE))

    # What comes next stands last.
    waiting = [[change for change in wanted if change.subject == subject] for subject in ("person", "unit")]
    while waiting and clock() < until:
        changes = waiting.pop()
        try:
            if changes:
                apply(changes)
        except Refused as problem:
            if problem.problem == "busy":
                waiting.append(changes)
                break
            if len(changes) == 1:
                refused.append((changes[0], problem.problem))
            else:
                # One of them holds up the others: it is looked for by halves, in the order they have.
                middle = len(changes) // 2
                waiting += [changes[middle:], changes[:middle]]
    left = sum(map(len, waiting))
    return Done(len(wanted) - len(refused) - left, tuple(refused), passwords, left)


def decline(house: House, chosen: Collection[str]) -> int:
    """Leave changes as they are, until something about them is different. Return how many."""
    asked = {change.id for change in pending(house).changes} & set(chosen)

    def change(data: PluginData) -> None:
        for identity in asked:
            data.put(f"declined/{identity}", house.now().isoformat())

    house.write(change)
    return len(asked)


def _today(house: House) -> date:
    return house.now().astimezone(house.zone).date()


_SECONDS = 5
"""How long changes are begun: half of what a page has."""
_NOTE = "the personnel system's file"


def _unit(old: Department | None, change: Change, successor: str) -> Department:
    unit = old or Department(change.key, change.name)
    texts = {name: after for name, _, after in change.fields}
    if successor and change.after("valid_until"):
        texts["successor"] = successor
    return replace(
        unit,
        name=texts.get("name", unit.name),
        level=texts.get("level", unit.level),
        email=texts.get("email", unit.email),
        parent=texts.get("parent", unit.parent or "") or None,
        successor=texts.get("successor", unit.successor or "") or None,
        valid_from=_day(texts["valid_from"]) if "valid_from" in texts else unit.valid_from,
        valid_until=_day(texts["valid_until"]) if "valid_until" in texts else unit.valid_until,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _account(old: AccountView | None, change: Change) -> AccountChange:
    account = old or AccountView(change.key, change.name)
    texts = {name: after for name, _, after in change.fields}
    return AccountChange(
        change.key,
        texts.get("name", account.name),
        texts.get("email", account.email),
        grants_of(texts["grants"]) if "grants" in texts else account.grants,
        is_disabled=texts["disabled"] == "1" if "disabled" in texts else account.is_disabled,
    )
