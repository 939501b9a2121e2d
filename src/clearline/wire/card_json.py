"""A party's card, as the file that is handed over.

The one idea: canonical bytes, so the digits read out by one side and worked out by the other are over the same file.
"""

from collections.abc import Sequence

from clearline.line.card import MAX_CARD_BYTES, Card, LocalName
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.errors import RecordError
from clearline.record.members import Members
from clearline.wire.errors import MalformedError

__all__ = ["read_card", "write_card"]

_FORMAT = "clearline-card-v1"
_MEMBERS = ("format", "party", "names", "keyset", "certificate", "routes", "languages", "coverage")


def write_card(card: Card) -> bytes:
    """A card's canonical bytes."""
    names: list[Value] = [{"lang": name.lang, "text": name.text} for name in card.names]
    return canonical(
        {
            "format": _FORMAT,
            "party": card.party,
            "names": names,
            "keyset": card.sealed.decode("ascii"),
            "certificate": card.certificate,
            "routes": list(card.routes),
            "languages": list(card.languages),
            "coverage": card.coverage,
        },
        where="card",
        max_bytes=MAX_CARD_BYTES,
    )


def read_card(data: bytes, *, source: str) -> Card:
    """The card that bytes say; its key set is checked against its own root keys, and whether to trust those is not.

    Raises MalformedError.
    """
    mend = "ask the other side for its card again"
    try:
        members = Members(from_canonical(data, where="card", max_bytes=MAX_CARD_BYTES), _MEMBERS, "card")
        members.literal("format", _FORMAT)
        return Card(
            members.text("party"),
            _names(members.items("names")),
            members.text("keyset").encode(),
            members.text("certificate"),
            tuple(members.texts("routes")),
            tuple(members.texts("languages")),
            members.text("coverage"),
        )
    except RecordError as error:
        raise MalformedError(source, error.where, error.problem, mend) from error
    except ValueError as error:
        raise MalformedError(source, "card", str(error), mend) from error


def _names(items: Sequence[Value]) -> tuple[LocalName, ...]:
    found: list[LocalName] = []
    for number, one in enumerate(items):
        members = Members(one, ("lang", "text"), f"card.names[{number}]")
        found.append(LocalName(members.text("lang"), members.text("text")))
    return tuple(found)
