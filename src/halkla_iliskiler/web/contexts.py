"""What a view is given: small values, different for citizens and staff, so that neither can be mistaken."""

from dataclasses import dataclass

from pyramid.request import Request

from ..domain.ticket import id_from_address

__all__ = ["CitizenContext", "StaffContext", "citizen_context", "staff_context"]


@dataclass(frozen=True)
class CitizenContext:
    """A page for everybody; ``address`` and ``code`` are set where the address has them."""

    address: str = ""
    code: str = ""


@dataclass(frozen=True)
class StaffContext:
    """A page of the back office; ``ticket_id`` is set where it is about one ticket."""

    ticket_id: int = 0


def citizen_context(request: Request) -> CitizenContext:
    """Make the context of a citizen's route."""
    return CitizenContext(request.matchdict.get("number", ""), request.matchdict.get("code", ""))


def staff_context(request: Request) -> StaffContext:
    """Make the context of a staff route."""
    return StaffContext(id_from_address(request.matchdict.get("number", "")) or 0)
