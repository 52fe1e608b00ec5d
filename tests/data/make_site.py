"""How the sites beside this file were made: each by the code of the commit it is named after, and never again.

    git archive COMMIT | tar x -C /tmp/then
    PYTHONPATH=/tmp/then/src python make_site.py /tmp/site
    tar -C /tmp -cJf site-COMMIT.tar.xz site

``site-e6434b9`` is from before there was a queue of people to be called, ``site-809b48b`` from before the site
remembered what the plugins gave as city data. Invented people; the passwords and keys open nothing else.
"""

import sys
from datetime import timedelta
from pathlib import Path

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.codes import tracking_code
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.testing import FakeNow, actor, draft, make_site

CLERKS = {"parks": "clerk", "cleaning": "clerk-cleaning", "roads": "clerk-roads", "family": "clerk-family"}

now = FakeNow()
assembly = make_site(Path(sys.argv[1]), now)
citizens = assembly.services(ANONYMOUS)
with assembly.database.reading() as site:
    categories = [category.code for category in site.city.categories]
    places = [place.code for place in site.city.neighbourhoods]
for n in range(20):
    people = (
        ContactDetails(name="Ayşe Yılmaz", phone=f"+90555000{n:04d}"),
        ContactDetails(name="Ömer Işık", email=f"omer{n}@example.org"),
        ContactDetails(),
    )
    application = draft(
        words=f"Parktaki {n}. bankın tahtası kırılmış, çocuklar düşüyor.",
        details=people[n % 3],
        category="bench" if n % 4 else categories[n // 4],
        intake_key=f"old:{n}",
        location=Location(neighbourhood=places[n % 3]),
    )
    citizens.intake.file(application)
    now.advance(timedelta(minutes=7))
with assembly.database.reading() as site:
    tickets = [
        (ticket.id, ticket.department, ticket.address, ticket.code_generation) for ticket in site.tickets.values()
    ]
for place, (identity, department, address, generation) in enumerate(tickets[:12]):
    clerk = assembly.services(actor(CLERKS[department])).handling
    clerk.act(identity, Order(Action.REPLY, text="Ekibimiz yarın geliyor."), None)
    if place % 2 == 0:
        clerk.act(identity, Order(Action.FINISH, text="Bank onarıldı.", outcome="SOLVED"), None)
    if place % 2 == 0 and place < 9:
        citizens.following.rate(address, tracking_code(assembly.secret, identity, generation), 4, "Teşekkürler")
assembly.close()
