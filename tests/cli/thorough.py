"""How often what is long is repeated."""

import os

SANITIZED = os.path.basename(os.environ.get("BAROGRAPH_BUILD", "")) == "debug"


def times(usual, sanitized):
    """The sanitizers look at every step, and need no crowd: the suite is to take minutes."""
    return sanitized if SANITIZED else usual
