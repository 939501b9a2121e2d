"""Readouts as a feed that anyone can follow (Atom, RFC 4287).

The one idea: a feed shows what each side published, under its own name, correction after correction; it merges nothing.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from clearline.line.readout import Readout
from clearline.line.statement import Relation, Said
from clearline.wire.words import instant

__all__ = ["write_feed"]


def write_feed(entries: Sequence[tuple[Said, Readout]], *, title: str, feed_id: str, updated_ms: int) -> str:
    """The readouts, newest first, as an Atom feed; `feed_id` is an address or URN of the feed's own.

    A correction says which entry it corrects. Texts are plain; characters XML cannot hold are shown as U+FFFD.
    """
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <title>{_text(title)}</title>",
        f"  <id>{_text(feed_id)}</id>",
        f"  <updated>{instant(updated_ms)}</updated>",
    ]
    for said, body in sorted(entries, key=lambda entry: (-entry[0].logged_ms, entry[0].record_id)):
        corrects = said.linked(Relation.CORRECTS)
        label = f"{said.header.author}: readout ({body.language})" + (" - correction" if corrects else "")
        lines.extend(
            [
                "  <entry>",
                f"    <title>{_text(label)}</title>",
                f"    <id>urn:sha256:{said.record_id}</id>",
                f"    <updated>{instant(said.logged_ms)}</updated>",
                f"    <author><name>{_text(body.publisher or said.header.author)}</name></author>",
                *(f'    <link rel="related" href={quoteattr(f"urn:sha256:{record_id}")}/>' for record_id in corrects),
                f'    <content type="text" xml:lang={quoteattr(_clean(body.language))}>{_text(body.text)}</content>',
                "  </entry>",
            ]
        )
    return "\n".join([*lines, "</feed>", ""])


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold (section 2.2)."""
    return "".join(
        c if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) > 0xFFFF else "\ufffd"
        for c in text
    )
