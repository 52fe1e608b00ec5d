"""A browser without JavaScript, in the process of the test."""

from typing import Any

from webtest import TestApp, TestResponse

from .people import PASSWORD, actor

__all__ = ["Browser"]


class Browser(TestApp):
    """Asks the application as a browser without JavaScript would; keeps its cookies."""

    __test__ = False

    def log_in(self, role: str, password: str = PASSWORD) -> TestResponse:
        """Sign in as a role (leaving whoever was signed in) and return the answer to the log-in form."""
        self.reset()
        return self.send("/panel/giris", {"username": actor(role).id, "password": password})

    def csrf(self) -> str:
        """Return a token that this browser's forms may send."""
        token: str = self.get("/basvuru").html.find("input", {"name": "csrf_token"})["value"]
        return token

    def send(self, address: str, values: Any = (), **kw: Any) -> TestResponse:
        """Post *values* (a dict or pairs) with a fresh token."""
        pairs = list(values.items()) if isinstance(values, dict) else list(values)
        return self.post(address, [*pairs, ("csrf_token", self.csrf())], **kw)
