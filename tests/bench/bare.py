"""What Pyramid and Chameleon cost by themselves: a page of one word, and a page of fifty rows. No data, no rules.

Run with an ini file, whose ``[server:main]`` says how waitress serves it.
"""

import configparser
import logging
import sys
import warnings

import waitress
from chameleon import PageTemplate

warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

from pyramid.config import Configurator  # noqa: E402
from pyramid.request import Request  # noqa: E402
from pyramid.response import Response  # noqa: E402

_PAGE = PageTemplate("""<!DOCTYPE html>
<html><head><title>${title}</title></head><body><h1>${title}</h1>
<table><tr tal:repeat="row rows"><td><a href="/t/${row['number']}">${row['number']}</a></td>
<td>${row['label']}</td><td>${row['words']}</td><td>${row['department']}</td><td>${row['status']}</td></tr></table>
</body></html>""")
_ROWS = [
    {
        "number": f"2026-{number:06d}",
        "label": "Yol ve kaldırım",
        "words": "Sokağımızdaki çukur büyüdü, geçen hafta bir motosiklet düştü.",
        "department": "Fen İşleri",
        "status": "İşlemde",
    }
    for number in range(50)
]


def hello(request: Request) -> Response:
    """Say hello."""
    return Response("Merhaba")


def page(request: Request) -> Response:
    """Show fifty rows."""
    return Response(_PAGE(title="Liste", rows=_ROWS))


def main(ini: str) -> None:
    """Serve until it is told to stop."""
    with Configurator() as config:
        for name, view in (("hello", hello), ("page", page)):
            config.add_route(name, f"/{name}")
            config.add_view(view, route_name=name)
        app = config.make_wsgi_app()
    parser = configparser.RawConfigParser()
    parser.read(ini, encoding="utf-8")
    settings = dict(parser["server:main"])
    del settings["use"]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as the ini has it for the application
    waitress.serve(app, _quiet=True, **settings)


if __name__ == "__main__":
    main(sys.argv[1])
