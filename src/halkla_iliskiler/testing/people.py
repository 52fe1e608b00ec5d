"""Who works in the invented city."""

from collections.abc import Mapping

from ..domain.access import Actor, Grant

__all__ = ["PASSWORD", "STAFF", "actor"]

PASSWORD = "kaldirimdaki-kedi-42"  # noqa: S105  (of everybody in STAFF)

STAFF: Mapping[str, Actor] = {
    person.id: person
    for person in (
        Actor("agent", "Deniz Aksu", (Grant("agent"),)),
        Actor("clerk", "Serpil Doğru", (Grant("clerk", "parks"),)),
        Actor("clerk-cleaning", "Hakan Yurt", (Grant("clerk", "cleaning"),)),
        Actor("clerk-roads", "Murat Işıksal", (Grant("clerk", "roads"),)),
        Actor("clerk-family", "Gülay Çetinkaya", (Grant("clerk", "family", sensitive=True),)),
        Actor("director", "Filiz Başaran", (Grant("director", "parks"),)),
        Actor(
            "deputy-mayor",
            "İnci Öztaş",
            (Grant("deputy_mayor", "parks"), Grant("deputy_mayor", "family", sensitive=True)),
        ),
        Actor("supervisor", "Nermin Karaca", (Grant("supervisor"),)),
        Actor("field-crew", "Cemal Taşkın", (Grant("field_crew", "parks"),)),
        Actor("auditor", "Tahsin Ergin", (Grant("auditor"),)),
        Actor("administrator", "Bilge Soylu", (Grant("administrator"),)),
    )
}
"""One member of staff for each role, and a clerk for each directorate; the key is the user name."""


def actor(username: str) -> Actor:
    """Return one of :data:`STAFF`; ``deputy_mayor`` and ``deputy-mayor`` are the same."""
    return STAFF[username.replace("_", "-")]
