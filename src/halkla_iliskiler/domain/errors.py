"""What can go wrong in the domain, said so that a caller can act on it."""

__all__ = [
    "DomainError",
    "Forbidden",
    "IllegalMove",
    "InvalidInput",
    "NotFound",
    "RevisionConflict",
]


class DomainError(Exception):
    """A rule of the domain was not kept; nothing was changed."""


class NotFound(DomainError):
    """There is no such thing, or the actor may not know that there is (the two look alike on purpose)."""


class Forbidden(DomainError):
    """The actor sees the ticket but may not do this with it."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"permission {permission} is missing")
        self.permission = permission


class IllegalMove(DomainError):
    """The action does not fit the ticket's status; ``allowed`` names those that do."""

    def __init__(self, action: str, status: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{action} is not possible while {status}; possible: {', '.join(allowed) or 'nothing'}")
        self.action = action
        self.status = status
        self.allowed = allowed


class InvalidInput(DomainError):
    """A value is missing or wrong; ``field`` names it and ``problem`` is one of a closed list of codes.

    With a ``sentence`` (a plugin's refusal) that is what people read, and the code may be any.
    """

    def __init__(self, field: str, problem: str, sentence: str = "") -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self.sentence = sentence


class RevisionConflict(DomainError):
    """Somebody changed the ticket after the form was opened; nothing was overwritten."""

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(f"the form shows revision {seen}, the ticket is at {current}")
        self.seen = seen
        self.current = current
