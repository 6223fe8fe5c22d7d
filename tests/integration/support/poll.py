"""Waiting for an event, with a deadline."""

import threading
import time

PACE_SECONDS = 0.02
_NEVER = threading.Event()


def until(what, holds, seconds, pace=PACE_SECONDS):
    """Asks `holds()` until it is true; its value. AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what}; last: {value!r}")
        _NEVER.wait(pace)


def pause(seconds):
    """Lets time pass where the time itself is the input: the moment of a kill, the pace of a load."""
    _NEVER.wait(seconds)
