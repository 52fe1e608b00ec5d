"""halkla-iliskiler: a municipality's single ear and memory.

``config.include("halkla_iliskiler")`` mounts the whole application in a host Pyramid site;
``halkla serve`` and any PasteDeploy server run it alone.
"""

__all__ = ["includeme", "main"]


def main(global_config: dict[str, str], **settings: str) -> object:
    """Build the WSGI application (PasteDeploy ``app_factory``)."""
    from .app import main as build

    return build(global_config, **settings)


def includeme(config: object) -> None:
    """Mount the application in a host Pyramid site (see :func:`halkla_iliskiler.app.includeme`)."""
    from .app import includeme as mount

    mount(config)
