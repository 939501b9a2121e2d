"""The numbers both sides hold each other to: a parameter set, in force when both have signed the same one.

The one idea: the text of an agreement may stay secret while its fingerprint is public; whoever discloses it later can
be shown to have changed it, or not.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from clearline.conflict.minima import INTERSECT, Minima, Zone
from clearline.line.area import Place
from clearline.line.ledger import Ledger
from clearline.line.statement import Body
from clearline.space.latlon import LatLon
from clearline.space.shape import Polygon

__all__ = ["ParameterSet", "ParameterZone", "in_force", "minima_between", "minima_of", "text_matches"]

_E7 = 10_000_000


@dataclass(frozen=True, slots=True)
class ParameterZone:
    """A part of the ground with minima of its own."""

    name: str
    ring: tuple[Place, ...]
    lateral_mm: int
    vertical_mm: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class ParameterSet(Body):
    """A named, numbered set of minima; old versions stay citable.

    `text_sha256` is the fingerprint of the agreement's text, which need not be disclosed; empty where there is none.
    """

    kind: ClassVar[str] = "parameter_set"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    name: str
    version: int
    lateral_mm: int
    vertical_mm: int
    time_ms: int
    inflation_milli: int = 1000
    zones: tuple[ParameterZone, ...] = ()
    text_sha256: str = ""


def in_force(ledger: Ledger, peer: str) -> ParameterSet | None:
    """The set of the highest version that both sides have signed, word for word; None where there is none."""
    signed: dict[ParameterSet, set[str]] = {}
    for said, body in ledger.of(ParameterSet):
        if {said.header.author, said.header.addressee} == {ledger.own, peer}:
            signed.setdefault(body, set()).add(said.header.author)
    both = [body for body, authors in signed.items() if len(authors) == 2]
    return max(both, key=_rank, default=None)


def _rank(body: ParameterSet) -> tuple[int, int, int, int, int, str]:
    """The highest version; of two that were signed under one number, the one that keeps further apart."""
    return body.version, body.lateral_mm, body.vertical_mm, body.time_ms, body.inflation_milli, body.name


def minima_of(body: ParameterSet) -> Minima:
    """The set as the engine takes it. Raises MinimaError or ShapeError for numbers that cannot be."""
    return Minima(
        body.name,
        body.version,
        body.lateral_mm / 1000,
        body.vertical_mm / 1000,
        body.time_ms / 1000,
        body.inflation_milli / 1000,
        tuple(
            Zone(
                zone.name,
                Polygon((tuple(LatLon(p.lat_e7 / _E7, p.lon_e7 / _E7) for p in zone.ring),)),
                zone.lateral_mm / 1000,
                zone.vertical_mm / 1000,
                zone.time_ms / 1000,
            )
            for zone in body.zones
        ),
    )


def minima_between(ledger: Ledger, peer: str) -> Minima:
    """The minima both signed; where they signed none, those of mere meeting, named so in every verdict.

    Raises MinimaError or ShapeError for signed numbers that cannot be.
    """
    signed = in_force(ledger, peer)
    return INTERSECT if signed is None else minima_of(signed)


def text_matches(body: ParameterSet, text: str) -> bool:
    """Whether a text that was disclosed is the one whose fingerprint was signed."""
    return bool(body.text_sha256) and hashlib.sha256(text.encode("utf-8")).hexdigest() == body.text_sha256
