"""What a document can be refused for."""

from __future__ import annotations

__all__ = ["DocumentError"]


class DocumentError(ValueError):
    """A text that is no document, or data that no document can hold: one sentence, and where it was met.

    `line` and `column` count from 1; 0 where no place is known. A caller that knows the file's path turns this
    into the error of its own trade.
    """

    def __init__(self, problem: str, *, line: int = 0, column: int = 0) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        super().__init__(f"line {line}, column {column}: {problem}" if line else problem)

    def moved(self, first_line: int, first_column: int) -> DocumentError:
        """The same error, told by the lines of the file in which the document begins at this place."""
        if not self.line:
            return DocumentError(self.problem, line=first_line, column=first_column)
        column = self.column + first_column - 1 if self.line == 1 else self.column
        return DocumentError(self.problem, line=self.line + first_line - 1, column=column)
