"""The text of a document, for the few questions that the parser's events leave open."""

from __future__ import annotations

import codecs

__all__ = ["Source"]


class Source:
    """Bytes in the encoding that their first two say, as libyaml and Go take them; decoded once, when asked."""

    __slots__ = ("_data", "_text")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._text: str | None = None

    def character(self, index: int) -> str:
        r"""The character that the parser counts by this index; empty after the end.

        >>> Source(b"\xff\xfea\x00").character(0), Source(b"ab").character(2)
        ('a', '')
        """
        if self._text is None:
            is_wide = self._data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            # What cannot be decoded lies behind the part that the parser has read.
            self._text = self._data.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")
        return self._text[index : index + 1]
