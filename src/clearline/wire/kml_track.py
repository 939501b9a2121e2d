"""KML tracks (gx:Track, gx:MultiTrack) as reports in order of time.

The one idea: the tracks of a MultiTrack are one flight with gaps in it, so their reports are put in one row and the
gaps are judged as any other gap is; nothing is taken to have stopped flying where a file stops reporting.
"""

from collections.abc import Sequence
from dataclasses import replace

from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.bubble import Fix, track_volumes
from clearline.space.volume import Entered, Volume4D
from clearline.wire.fields import Row, band_of, half_width_of, horizontal_of
from clearline.wire.kml_shapes import altitude_reference, place_of
from clearline.wire.reading import Supplied
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time
from clearline.wire.xml_text import Element

__all__ = ["track_of"]


def track_of(
    row: Row, geometry: Element, entered: Entered, supplied: Supplied
) -> tuple[list[Volume4D], tuple[str, ...]]:
    """The volumes that hold a track, and notes on what was lost in it. Raises MalformedError.

    A track that states no altitude takes the band that its data state, or that was supplied; else it is unknown.
    """
    tracks = geometry.all("gx:Track") if geometry.name == "gx:MultiTrack" else [geometry]
    fixes = sorted((fix for track in tracks for fix in _fixes(row.spot, track)), key=lambda fix: fix.time_ms)
    band = _stated_band(row, supplied, untold=all(fix.altitude is None for fix in fixes))
    if band is not None:  # the reports' own heights no longer count
        fixes = [replace(fix, altitude=band.lower) for fix in fixes]
    with row.spot.guarded("mend the track"):
        held = track_volumes(
            fixes,
            half_width_m=half_width_of(row, supplied),
            half_height_m=supplied.half_height_m,
            gap_s=supplied.track_gap_s,
            clock_uncertainty_s=(row.number("clock_uncertainty_s") or 0.0) + supplied.clock_uncertainty_s,
            horizontal_uncertainty_m=horizontal_of(row, supplied),
            entered=entered,
        )
    if band is None:
        return list(held.volumes), held.notes
    return [replace(volume, band=band) for volume in held.volumes], held.notes


def _stated_band(row: Row, supplied: Supplied, *, untold: bool) -> Band | None:
    """The band that data state for the whole track, or that was supplied for one whose reports state no height."""
    stated = bool(row.text("lower") or row.text("upper"))
    return band_of(row, supplied) if stated or (untold and supplied.lower and supplied.upper) else None


def _fixes(spot: Spot, track: Element) -> list[Fix]:
    whens, coords = track.all("when"), track.all("gx:coord")
    line = Spot(spot.source, f"line {track.line}")
    if len(whens) != len(coords):
        raise line.refuse(
            f"a track has {len(whens)} times and {len(coords)} coordinates", "give one of each per report"
        )
    reference = altitude_reference(line, track)
    if coords and not (coords[0].text.strip() and coords[-1].text.strip()):
        raise line.refuse(
            "the first or the last report of a track has no place, so where it then was is not known",
            "give its gx:coord, or take out its when",
        )
    return [_fix(spot.source, when, coord, reference, n) for n, (when, coord) in enumerate(_pairs(whens, coords), 1)]


def _pairs(whens: Sequence[Element], coords: Sequence[Element]) -> list[tuple[Element, Element]]:
    """Times and coordinates that belong together; a report without a place (an empty gx:coord) is none."""
    return [(when, coord) for when, coord in zip(whens, coords, strict=True) if coord.text.strip()]


def _fix(source: str, when: Element, coord: Element, reference: Reference | None, number: int) -> Fix:
    spot = Spot(source, f"line {coord.line}")
    parts = coord.text.split()
    if len(parts) not in (2, 3):
        raise spot.refuse(f"gx:coord {coord.text.strip()[:60]!r} is not lon lat altitude", "give three numbers")
    place, height_m = place_of(spot, parts, number)
    with spot.guarded("mend the report"):
        known = reference is not None and height_m is not None
        altitude = AltitudeLimit(height_m, Unit.METRE, reference) if known and height_m is not None else None
        return Fix(_instant(Spot(source, f"line {when.line}"), when.text), place, altitude)


def _instant(spot: Spot, text: str) -> int:
    """The moment a report names; a date alone names a day, and a report is not a day."""
    with spot.guarded("write the time of each report with Z"):
        start_ms = parse_time(text, end=False)
        if parse_time(text, end=True) - start_ms > 1:
            raise ValueError(f"{text.strip()[:40]!r} is a day, not the time of a report")
        return start_ms
