"""What a thread that must not wait is told instead of an answer."""

__all__ = ["Cold"]


class Cold(Exception):
    """The answer is not at hand: something must be fetched, read or parsed first.

    No error, and no ArgosyError: whoever asked for what is at hand asks again where waiting is allowed.
    """
