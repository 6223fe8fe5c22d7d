"""Files of a node that it takes over while it runs."""

import os
import pathlib

NOBODY = "nobody_is_denied: true\n"  # A deny list.


def replace(path, text):
    """Exchanges a file as a careful program does: written beside it, then renamed."""
    path = pathlib.Path(path)
    beside = path.with_name(path.name + ".new")
    beside.touch(mode=0o600)
    beside.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.replace(beside, path)
