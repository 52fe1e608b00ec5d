"""Going back to a page that answered a form."""

from pyramid.request import Request

__all__ = ["keep_for_going_back"]


def keep_for_going_back(request: Request) -> None:
    """Let the browser keep the answer to a form, so that going back to it shows it as it was.

    Browsers never ask for the answer to a form again by themselves: what they may not keep is a dead page on the way
    back. Everywhere else nothing is kept; so only for pages with nothing of citizens and no secret on them. Opened in
    any other way the page is asked for anew.
    """
    request.response.headers["Cache-Control"] = "private, no-cache"
