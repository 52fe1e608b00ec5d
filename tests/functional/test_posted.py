"""What a browser sends with files in it is read whole, or refused in words; no file stays open behind it."""

import pytest
from webtest import TestResponse

from halkla_iliskiler.services import Assembly
from halkla_iliskiler.testing import png
from tests.conftest import Browser
from tests.functional.pages import tickets

EDGE = "sinir"


def part(name: str, value: str | bytes, more: str = "") -> bytes:
    content = value if isinstance(value, bytes) else value.encode()
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


def send(testapp: Browser, *parts: bytes, status: int, is_whole: bool = True) -> TestResponse:
    """Send a citizen's form made of these parts."""
    body = part("csrf_token", testapp.csrf()) + part("__formid__", "apply") + b"".join(parts)
    body += f"--{EDGE}--\r\n".encode() if is_whole else b""
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
    return testapp.request("/basvuru", method="POST", body=body, headers=headers, status=status)


def test_letters_of_every_script_and_the_line_breaks_arrive(testapp: Browser, assembly: Assembly) -> None:
    words = "Şu köşedeki ışık — الإنارة معطلة — не горит 🕯\niki satır"
    send(testapp, part("words", words.replace("\n", "\r\n")), part("photos", "", '; filename=""'), status=303)
    assert tickets(assembly)[0].words == words


# Beyond 64 kB a file goes to the disk while it is read; a file left open there would be a warning, and fail the run.
@pytest.mark.parametrize("padding", [0, 200_000])
def test_a_photo_of_any_size_arrives(testapp: Browser, assembly: Assembly, padding: int) -> None:
    content = png() + bytes(padding)
    photo = part("photos", content, '; filename="kırık bank.png"')
    send(testapp, part("words", "Fotoğrafı var."), photo, status=303)
    assert [(one.size, one.filename) for one in tickets(assembly)[0].attachments] == [(len(content), "kırık bank.png")]


def test_a_form_that_breaks_off_files_nothing(testapp: Browser, assembly: Assembly) -> None:
    unfinished = f'--{EDGE}\r\nContent-Disposition: form-data; name="ki'.encode()
    send(testapp, part("words", "Yarım kalan"), unfinished, status=400, is_whole=False)
    assert tickets(assembly) == []


def test_a_form_of_more_parts_than_any_of_ours_has_is_refused(testapp: Browser, assembly: Assembly) -> None:
    send(testapp, *(part("words", "x") for _ in range(2000)), status=400)
    assert tickets(assembly) == []
