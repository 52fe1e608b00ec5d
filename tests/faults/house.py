"""The application in this process, as citizens, staff and the worker use it, with a clock that can be moved."""

from datetime import timedelta

from webtest import TestApp, TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.outbox import OutboxEntry
from halkla_iliskiler.domain.ticket import id_from_address
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.testing import PASSWORD, FakeNow
from halkla_iliskiler.work import Runner
from tests.faults.running import Place

__all__ = ["ADDRESS", "ANSWER", "NAME", "House"]

NAME = "Çağrı Işıgüzel-Öğüt"
ADDRESS = "cagri@example.org"
ANSWER = "Iğdır Sokak'taki çukur bugün dolduruldu; gördüğünüz için teşekkürler.\n\n.Noktayla başlayan satır da gelir."


class House:
    """The application in this process: citizens and staff at its pages, a worker, and a clock to be moved."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.now = FakeNow()
        self.assembly = Assembly.open(place.settings, now=self.now)
        self.worker = Runner(self.assembly)
        self.wsgi = build(self.assembly)

    def citizen_applies(self, **fields: str) -> str:
        """Fill in the form and return the address of the ticket."""
        form = TestApp(self.wsgi).get("/basvuru").forms["apply"]
        for name, value in {"words": "Yolda çukur var.", "name": NAME, "email": ADDRESS, **fields}.items():
            form[name] = value
        return str(form.submit("send", status=303).location).split("/takip/")[1].split("/")[0]

    def clerk_answers(self, address: str) -> TestResponse:
        """Sign in, write an answer, look at what will be sent, send it; return the ticket's page afterwards."""
        browser = self.signed_in("supervisor")
        page = browser.get(f"/panel/basvurular/{address}/islem/reply")
        form = page.forms["act-reply"]
        form["text"] = ANSWER
        preview = form.submit("do", status=200)
        return preview.forms["act-reply"].submit("do", status=303).follow(status=200)

    def signed_in(self, username: str) -> TestApp:
        browser = TestApp(self.wsgi)
        form = browser.get("/panel/giris").forms["login"]
        form["username"], form["password"] = username, PASSWORD
        form.submit("log_in", status=303)
        return browser

    def work(self) -> int:
        """Do what is due now."""
        return self.worker.run_due(self.now())

    def work_an_hour(self) -> None:
        """Let an hour pass and run every job once."""
        self.now.advance(timedelta(hours=1))
        self.worker.run_due(self.now(), everything=True)

    def work_later(self, hours: float = 9) -> None:
        """Let time pass and do all that is due then; whatever the delay of the next try is, it is shorter."""
        self.now.advance(timedelta(hours=hours))
        while self.work():
            pass

    def messages(self, address: str) -> list[OutboxEntry]:
        """Return copies of a ticket's messages, oldest first."""
        identity = id_from_address(address)
        with self.assembly.database.reading() as site:
            found = [site.outbox.entries[entry] for entry in site.tickets[identity].notifications]
            for entry in found:
                entry._p_activate()
            return found
