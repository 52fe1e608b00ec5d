"""The markers of the hook specifications, in a module of its own so that the families can import them."""

from collections.abc import Callable
from typing import TypeVar

import pluggy

__all__ = ["HookRetired", "hookspec", "retired"]

F = TypeVar("F", bound=Callable[..., object])

hookspec = pluggy.HookspecMarker("halkla_iliskiler")


class HookRetired(FutureWarning):
    """A plugin answers a hook, or asks for an argument, that will not be there for long.

    A ``FutureWarning``, because Python shows those to whoever runs the program, not to its authors alone.
    """


def retired(since: str, cure: str, *arguments: str, firstresult: bool = False) -> Callable[[F], F]:
    """Mark a specification that will go, or only some of its *arguments*; whoever still uses it is warned at start-up.

    ``@retired("1.2", "Answer halkla_channels instead.")`` stands in place of ``@hookspec``. The hook works as before
    for one major version at least; *cure* says what its users do.
    """
    if arguments:
        warnings = {name: HookRetired(f"The argument {name} is retired since {since}. {cure}") for name in arguments}
        return hookspec(firstresult=firstresult, warn_on_impl_args=warnings)
    return hookspec(firstresult=firstresult, warn_on_impl=HookRetired(f"The hook is retired since {since}. {cure}"))
