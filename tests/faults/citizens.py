"""Citizens who fill in the real form over HTTP, and the book in which they write down what they were promised."""

import http.client
import json
import os
import re
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from halkla_iliskiler.testing import png

__all__ = ["Answer", "Citizen", "Form", "Ledger"]

_WRITTEN_AT = re.compile(r'name="written_at" value="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_RECEIPT = re.compile(r"/takip/(\d{4}-\d+)/([A-Z2-7]{26})/alindi$")
_MATTERS = (
    "Çöp konteyneri üç gündür boşaltılmadı, koku dayanılmaz oldu.",
    "Işıklar yanmıyor; akşam İğde Sokağı'ndan geçmeye korkuyoruz.",
    "Parktaki ağacın dalı kırıldı, çocukların üstüne düşecek.",
    "Kaldırım taşları söküldü, annem takılıp düştü.",
)
_NAMES = ("Şükrü Gündoğdu", "Çağla Işıgür", "İbrahim Öztürk", "Ayşegül Yıldız", "")


@dataclass(frozen=True)
class Form:
    """One filled-in form: its own ``key``, ``words`` with a mark nobody else's have, the ``shade`` of its photo."""

    key: str
    words: str
    name: str = ""
    email: str = ""
    shade: int | None = None

    @classmethod
    def invented(cls, random: Random, *, with_photo: float = 0.0, with_email: float = 0.0) -> "Form":
        """Return a new form; a share of them with a photo, a share with an address."""
        mark = f"{random.getrandbits(64):016x}"
        return cls(
            key=f"{mark}-{secrets.token_urlsafe(12)}",
            words=f"{random.choice(_MATTERS)} ({mark})",
            name=random.choice(_NAMES),
            email=f"vatandas.{mark}@example.org" if random.random() < with_email else "",
            shade=random.randrange(256) if random.random() < with_photo else None,
        )

    @property
    def photo(self) -> bytes:
        """The photo: one point of a grey that tells it from most others."""
        return b"" if self.shade is None else png(self.shade)

    def body(self, csrf_token: str, written_at: str) -> tuple[str, bytes]:
        """Return content type and body, as a browser sends the page's form."""
        fields = {
            "_charset_": "UTF-8", "__formid__": "apply", "csrf_token": csrf_token, "words": self.words,
            "category": "", "category_listed": "", "kind": "COMPLAINT", "neighbourhood": "", "place": "",
            "name": self.name, "phone": "", "email": self.email, "form_key": self.key, "send": "send",
            "written_at": written_at,
        }  # fmt: skip
        edge = secrets.token_hex(12)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        name = "kırık dal.png" if self.photo else ""
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n'
            f"Content-Type: {'image/png' if self.photo else 'application/octet-stream'}\r\n\r\n".encode()
            + self.photo
            + b"\r\n"
        )
        parts.append(f"--{edge}--\r\n".encode())
        return f"multipart/form-data; boundary={edge}", b"".join(parts)


@dataclass(frozen=True)
class Answer:
    """What came back for a form. ``number`` and ``code`` are set when it was taken."""

    status: int
    number: str = ""
    code: str = ""
    page: str = ""


class Citizen:
    """A browser at the public form. Connection errors are raised; the next try connects anew."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None
        self._cookie = ""

    def send(self, form: Form) -> Answer:
        """Open the form's page, as everybody does, and send *form* with the page's token."""
        status, _, page = self._ask("GET", "/basvuru")
        found, written_at = _TOKEN.search(page), _WRITTEN_AT.search(page)
        if status != 200 or found is None or written_at is None:
            return Answer(status, page=page)
        kind, body = form.body(found[1], written_at[1])
        status, headers, page = self._ask("POST", "/basvuru", body, {"Content-Type": kind})
        taken = _RECEIPT.search(headers.get("location", "")) if status == 303 else None
        return Answer(status, taken[1], taken[2], page) if taken else Answer(status, page=page)

    def read(self, address: str) -> tuple[int, str]:
        """Open a page."""
        status, _, page = self._ask("GET", address)
        return status, page

    def _ask(
        self, method: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            self._connection.request(method, address, body, {"Cookie": self._cookie, **(headers or {})})
            answer = self._connection.getresponse()
            page = answer.read().decode()
        except BaseException:
            self.close()
            raise
        given = {name.lower(): value for name, value in answer.getheaders()}
        if cookie := given.get("set-cookie"):
            self._cookie = cookie.partition(";")[0]
        return answer.status, given, page

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Ledger:
    """The book outside the house: a line before a form is sent, a line when a number came back, each on the disk."""

    path: Path
    forms: dict[str, Form] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, form: Form) -> None:
        """Write down what is about to be sent."""
        self._write({"key": form.key, "words": form.words, "shade": str(form.shade)})
        self.forms[form.key] = form

    def acknowledged(self, form: Form, number: str) -> None:
        """Write down the number; the same form must never be given another one."""
        self._write({"key": form.key, "number": number})
        first = self.numbers.setdefault(form.key, number)
        if first != number:
            self.contradictions.append(f"{form.key} was {first} and is {number}")

    @property
    def unacknowledged(self) -> list[Form]:
        """The forms of which nobody knows what became."""
        return [form for key, form in self.forms.items() if key not in self.numbers]

    def _write(self, line: dict[str, str]) -> None:
        with self._lock, open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
