"""HTML bodies as text: blocks become lines, lists keep their marks, quotations get "> " as in plain mail."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "tr",
        "table",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
    }
    | {"pre", "hr", "dl", "dt", "dd"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_LONGEST = 200_000
"""Most characters that are read: what people write comes first, and what is read of it is shorter by far."""
_DECLARED = re.compile(r"<[!?]")


def to_text(html: str) -> str:
    """Return the text of an HTML body; never fails, whatever the markup."""
    reader = _Reader()
    reader.feed(_tame(html[:_LONGEST]))
    reader.close()
    return reader.text()


def _tame(html: str) -> str:
    """Leave out comments and declarations, and let a tag that never ends be text.

    The parser fails on declarations that it does not know, and looks for the end of what has none once for each.
    """
    kept, place, closed = [], 0, True
    while found := _DECLARED.search(html, place):
        kept.append(html[place : found.start()])
        end = -1
        if closed and html.startswith("<!--", found.start()):
            end = html.find("-->", found.start() + 2)
            closed = end >= 0
            end += 2 * closed
        end = end if end >= 0 else html.find(">", found.start())
        if end < 0:
            place = found.start()
            break
        place = end + 1
    head, ended, tail = ("".join(kept) + html[place:]).rpartition(">")
    return head + ended + tail.replace("<", "&lt;")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._silent = self._quoted = 0
        self._lists: list[int | None] = []

    def text(self) -> str:
        self._break()
        lines = "\n".join(self._lines).split("\n")
        # Mark-up leaves runs of empty lines; one is a paragraph.
        return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1])).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._break(keep=True)
        elif tag == "blockquote":
            self._break()
            self._quoted += 1
        elif tag == "li":
            self._break()
            self._line.append(self._mark())
        elif tag in _BLOCKS:
            self._break()
            if tag in {"ul", "ol"}:
                self._lists.append(1 if tag == "ol" else None)
            # Outlook marks its header block by a border or this id and no quotation.
            elif dict(attrs).get("id") in {"divRplyFwdMsg", "appendonsend"}:
                self._lines.append("_" * 32)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "blockquote":
            self._break()
            self._quoted = max(0, self._quoted - 1)
        elif tag in _BLOCKS or tag == "li":
            self._break()
            if tag == "p":
                self._lines.append("")
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line.append(data)

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _break(self, *, keep: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        if line or keep:
            self._lines.append("> " * bool(self._quoted) + line)
