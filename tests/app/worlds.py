"""Small files of plans, written to a folder, for the tests of what reads files."""

import json
from collections.abc import Sequence
from pathlib import Path

__all__ = ["circle", "write_plans"]


def circle(
    party: str,
    ident: str,
    place: tuple[float, float] = (36.0, 38.0),
    *,
    lower: str = "1000FT AMSL",
    upper: str = "3000FT AMSL",
    hours: tuple[int, int] = (6, 8),
) -> dict[str, object]:
    """A GeoJSON feature: a circle of 5 km about a place (latitude, longitude) on 1 May 2026."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [place[1], place[0]]},
        "properties": {
            "party": party,
            "id": ident,
            "kind": "PATROL",
            "radius_m": 5000,
            "lower": lower,
            "upper": upper,
            "start": f"2026-05-01T{hours[0]:02d}:00:00Z",
            "end": f"2026-05-01T{hours[1]:02d}:00:00Z",
        },
    }


def write_plans(folder: Path, name: str, features: Sequence[dict[str, object]]) -> str:
    """Write features as a GeoJSON file; its path."""
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return str(path)
