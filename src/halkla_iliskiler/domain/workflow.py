"""The states of a ticket and the moves between them: one readable table.

A person sets every status but ``REOPEN_REQUESTED``, which only the program sets, from an applicant's word.
``PLANNED`` is open: it answers the citizen and comes back to the list on its day. Closing takes two steps: the
directorate says ``DONE``; where a check is required the centre accepts it first, and only then the answer goes out.
"""

from dataclasses import dataclass
from enum import StrEnum

from .errors import IllegalMove

__all__ = [
    "MOVES",
    "OPEN_STATUSES",
    "Action",
    "Fact",
    "Kind",
    "Move",
    "Outcome",
    "Permission",
    "Regime",
    "TicketStatus",
    "allowed_actions",
    "move_for",
]


class Kind(StrEnum):
    """What the citizen calls it: istek, öneri, şikâyet, ihbar, teşekkür, soru."""

    SERVICE_REQUEST = "SERVICE_REQUEST"
    SUGGESTION = "SUGGESTION"
    COMPLAINT = "COMPLAINT"
    TIP_OFF = "TIP_OFF"
    PRAISE = "PRAISE"
    QUESTION = "QUESTION"


class Regime(StrEnum):
    """Which law the matter falls under; clocks, required fields and visibility hang on it."""

    SERVICE = "SERVICE"
    PETITION_3071 = "PETITION_3071"
    INFORMATION_4982 = "INFORMATION_4982"
    DATA_SUBJECT_6698 = "DATA_SUBJECT_6698"
    OMBUDSMAN_6328 = "OMBUDSMAN_6328"
    COURT = "COURT"


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_APPLICANT = "WAITING_FOR_APPLICANT"
    WAITING_FOR_BODY = "WAITING_FOR_BODY"
    PLANNED = "PLANNED"
    DONE = "DONE"
    CLOSED = "CLOSED"
    REOPEN_REQUESTED = "REOPEN_REQUESTED"


class Outcome(StrEnum):
    """How a ticket ended. The last three are open to petitions only (law 3071, art. 6 a, b and c)."""

    SOLVED = "SOLVED"
    INFORMED = "INFORMED"
    DECLINED = "DECLINED"
    REFERRED = "REFERRED"
    DUPLICATE = "DUPLICATE"
    WITHDRAWN = "WITHDRAWN"
    MEANINGLESS = "MEANINGLESS"
    NOT_EXAMINED_6A = "NOT_EXAMINED_6A"
    NOT_EXAMINED_6B = "NOT_EXAMINED_6B"
    NOT_EXAMINED_6C = "NOT_EXAMINED_6C"

    @property
    def is_for_petitions_only(self) -> bool:
        """Tell whether only a petition under law 3071 may end this way."""
        return self.name.startswith("NOT_EXAMINED")


class Permission(StrEnum):
    """What a role may be allowed to do; asked of :func:`halkla_iliskiler.domain.access.allows`."""

    VIEW = "view"  # see a ticket: lists, page, search, counts
    RECORD = "record"  # register an application on somebody's behalf
    ROUTE = "route"  # give a ticket to a directorate or a person
    HANDLE = "handle"  # do the work: take, ask, plan, refer, answer, finish, send back
    NOTE = "note"  # write an internal note
    ADVISE = "advise"  # answer another directorate that asked for an opinion
    CHECK = "check"  # accept an outcome before the answer goes out, or give it back
    CLOSE = "close"  # close, reopen, judge a wish to reopen
    RESEND = "resend"  # send a message to the applicant once more
    SEE_CONTACT = "see_contact"  # see telephone and e-mail unmasked, with a reason, logged
    SEE_IDENTITY = "see_identity"  # know who complained where that is hidden from the directorate
    SEE_READS = "see_reads"  # see who has opened, searched, printed and exported what
    SEE_OUTBOX = "see_outbox"  # see the messages that could not be delivered
    SEE_NUMBERS = "see_numbers"  # see how many came, were answered in time, wait: of the tickets it reaches to
    EXPORT_PEOPLE = "export_people"  # have names and ways to reach applicants in a file of a list
    MANAGE_USERS = "manage_users"  # create, disable and change accounts
    MANAGE_CATALOGUE = "manage_catalogue"  # change subjects, questions, synonyms, neighbourhoods, ready answers, bodies
    ADMINISTER = "administer"  # change directorates and plugins, see every change of the settings


class Action(StrEnum):
    """What can be done with a ticket."""

    ASSIGN = "assign"
    TAKE = "take"
    SEND_BACK = "send_back"
    NOTE = "note"
    ASK = "ask"
    RESUME = "resume"
    REPLY = "reply"
    PLAN = "plan"
    REFER = "refer"
    FINISH = "finish"
    DUPLICATE = "duplicate"
    NOT_DUPLICATE = "not_duplicate"
    SPLIT = "split"
    CONSULT = "consult"
    OPINION = "opinion"
    END_CONSULT = "end_consult"
    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    CLOSE = "close"
    REOPEN = "reopen"
    REFUSE_REOPENING = "refuse_reopening"
    REQUEST_REOPENING = "request_reopening"
    APPLICANT_MESSAGE = "applicant_message"
    WITHDRAW = "withdraw"
    CHANGE_CONTACT = "change_contact"
    RATE = "rate"


class Fact(StrEnum):
    """What else of a ticket decides about an action, besides its status."""

    DUPLICATE = "duplicate"  # it is said to be about the same thing as another one
    ASKED = "asked"  # another directorate has been asked for its opinion and has not given it


_S = TicketStatus
OPEN_STATUSES = frozenset(_S) - {_S.DONE, _S.CLOSED}
_AT_WORK = (_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING_FOR_APPLICANT, _S.WAITING_FOR_BODY, _S.PLANNED)
_ANY = tuple(_S)


@dataclass(frozen=True)
class Move:
    """One row of the table.

    ``target`` ``None`` leaves the status as it is. ``permission`` ``None`` means that no person may do it, only the
    program on an applicant's word. ``checked`` says what must hold of the centre's check: ``pending``, ``settled`` or
    either (``""``). ``given`` is a :class:`Fact` that must hold of the ticket, ``unless`` one that must not.
    """

    action: Action
    sources: tuple[TicketStatus, ...]
    target: TicketStatus | None
    permission: Permission | None
    needs: tuple[str, ...] = ()
    checked: str = ""
    given: Fact | None = None
    unless: Fact | None = None


MOVES: tuple[Move, ...] = (
    Move(Action.ASSIGN, (_S.NEW, *_AT_WORK, _S.REOPEN_REQUESTED), _S.ASSIGNED, Permission.ROUTE, ("department",)),
    Move(Action.TAKE, _AT_WORK, _S.IN_PROGRESS, Permission.HANDLE),
    Move(Action.SEND_BACK, (_S.ASSIGNED, _S.IN_PROGRESS), _S.NEW, Permission.HANDLE, ("text",)),
    Move(Action.NOTE, _ANY, None, Permission.NOTE, ("text",)),
    Move(
        Action.ASK,
        (_S.NEW, _S.ASSIGNED, _S.IN_PROGRESS, _S.PLANNED),
        _S.WAITING_FOR_APPLICANT,
        Permission.HANDLE,
        ("text",),
    ),
    Move(Action.RESUME, (_S.WAITING_FOR_APPLICANT, _S.WAITING_FOR_BODY, _S.PLANNED), _S.IN_PROGRESS, Permission.HANDLE),
    Move(Action.REPLY, (_S.NEW, *_AT_WORK), None, Permission.HANDLE, ("text",)),
    Move(
        Action.PLAN,
        (_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING_FOR_BODY, _S.PLANNED),
        _S.PLANNED,
        Permission.HANDLE,
        ("date", "text"),
    ),
    Move(Action.REFER, (_S.NEW, _S.ASSIGNED, _S.IN_PROGRESS), _S.WAITING_FOR_BODY, Permission.HANDLE, ("body", "text")),
    Move(Action.FINISH, (_S.NEW, *_AT_WORK), _S.DONE, Permission.HANDLE, ("outcome", "text")),
    # It keeps its number and its clocks: the answer of the other one ends them, or its own.
    Move(Action.DUPLICATE, (_S.NEW, *_AT_WORK), None, Permission.HANDLE, ("main",), unless=Fact.DUPLICATE),
    Move(Action.NOT_DUPLICATE, _ANY, None, Permission.HANDLE, given=Fact.DUPLICATE),
    Move(Action.SPLIT, (_S.NEW, *_AT_WORK), None, Permission.HANDLE, ("text",)),
    # Asking does not give the ticket away: status, directorate and clocks stay.
    Move(Action.CONSULT, (_S.NEW, *_AT_WORK), None, Permission.HANDLE, ("department", "text"), unless=Fact.ASKED),
    Move(Action.OPINION, _ANY, None, Permission.ADVISE, ("text",), given=Fact.ASKED),
    Move(Action.END_CONSULT, _ANY, None, Permission.HANDLE, given=Fact.ASKED),
    Move(Action.ACCEPT, (_S.DONE,), None, Permission.CHECK, (), "pending"),
    Move(Action.GIVE_BACK, (_S.DONE,), _S.IN_PROGRESS, Permission.CHECK, ("text",), "pending"),
    Move(Action.CLOSE, (_S.DONE,), _S.CLOSED, Permission.CLOSE, (), "settled"),
    Move(
        Action.REOPEN, (_S.DONE, _S.CLOSED, _S.REOPEN_REQUESTED), _S.IN_PROGRESS, Permission.CLOSE, ("text",), "settled"
    ),
    Move(Action.REFUSE_REOPENING, (_S.REOPEN_REQUESTED,), _S.CLOSED, Permission.CLOSE, ("text",)),
    Move(Action.REQUEST_REOPENING, (_S.DONE, _S.CLOSED), _S.REOPEN_REQUESTED, None, ("text",), "settled"),
    # An applicant's word resumes a ticket that waits for it; otherwise it is added and the status stays.
    Move(Action.APPLICANT_MESSAGE, _ANY, None, None),
    # Only what we are still working on can be withdrawn; the program closes it in the same breath.
    Move(Action.WITHDRAW, (_S.NEW, *_AT_WORK), _S.DONE, None),
    Move(Action.CHANGE_CONTACT, _ANY, None, None),
    Move(Action.RATE, (_S.DONE, _S.CLOSED), None, None, (), "settled"),
)
_BY_ACTION = {move.action: move for move in MOVES}


_NOTHING: frozenset[Fact] = frozenset()


def _fits(move: Move, status: str, check_pending: bool, facts: frozenset[Fact]) -> bool:
    if status not in move.sources or (move.given and move.given not in facts) or move.unless in facts:
        return False
    return not move.checked or check_pending == (move.checked == "pending")


def allowed_actions(status: str, check_pending: bool = False, facts: frozenset[Fact] = _NOTHING) -> tuple[Action, ...]:
    """Return what may be done in *status*, in the table's order, whoever asks."""
    return tuple(move.action for move in MOVES if _fits(move, status, check_pending, facts))


def move_for(action: Action, status: str, check_pending: bool = False, facts: frozenset[Fact] = _NOTHING) -> Move:
    """Return the move that *action* is in *status*.

    Raises:
        IllegalMove: it does not fit; the error names the actions that do.
    """
    move = _BY_ACTION[action]
    if not _fits(move, status, check_pending, facts):
        raise IllegalMove(action, str(status), allowed_actions(status, check_pending, facts))
    return move
