"""Markup from values: every text escaped, every number short.

The one idea: a text becomes markup in one place only, so a name with a tag in it can never be one.
"""

import re
from collections.abc import Iterable, Mapping

from clearline.space.wgs84 import Floats
from clearline.wire.words import plain

__all__ = ["Attributes", "element", "figures", "number", "path_data", "tag", "text"]

Attributes = Mapping[str, str | float]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

_WITHIN = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|(?:m|ft|NM|km|s|min|h|d)\b)")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def text(words: str) -> str:
    r"""A text as markup that shows it, in content or in a quoted attribute.

    >>> text('<b>"A" & \x00B')
    '&lt;b&gt;&quot;A&quot; &amp; ?B'
    """
    return plain(words).translate(_ESCAPES)


def figures(words: str) -> str:
    """A sentence of ours as markup; no line may end within an instant or a number, where 20 642 m would read as 642 m.

    >>> figures("short by 20 642 m")
    'short by 20&#8239;642&#8239;m'
    """
    return _INSTANT.sub(r'<span class="w">\g<0></span>', _WITHIN.sub("&#8239;", text(words)))


def number(value: float, places: int = 2) -> str:
    """A number in as few characters as say it.

    >>> number(12.50), number(-0.001), number(3.0)
    ('12.5', '0', '3')
    """
    short = f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"
    return "0" if short in ("-0", "") else short


def tag(name: str, attributes: Attributes) -> str:
    """An element with nothing in it."""
    return f"<{name}{_written(attributes)}/>"


def element(name: str, attributes: Attributes, *content: str) -> str:
    """An element round markup that is there already."""
    return f"<{name}{_written(attributes)}>{''.join(content)}</{name}>"


def path_data(lines: Iterable[Floats], *, closed: bool) -> str:
    """Lines of pixels, shape (n, 2) each, as the data of one SVG path: steps from point to point."""
    parts: list[str] = []
    for line in lines:
        rounded = [(round(x, 2), round(y, 2)) for x, y in line.tolist()]
        x0, y0 = rounded[0]
        steps = [f"M{number(x0)} {number(y0)}"]
        for x, y in rounded[1:]:
            steps.append(f"l{number(x - x0)} {number(y - y0)}")
            x0, y0 = x, y
        parts.append("".join(steps) + ("z" if closed else ""))
    return "".join(parts)


def _written(attributes: Attributes) -> str:
    return "".join(
        f' {name}="{text(value) if isinstance(value, str) else number(value)}"' for name, value in attributes.items()
    )
