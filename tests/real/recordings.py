"""Recorded flights from the `traffic` package (MIT), read without it, and written in the forms that Clearline reads.

The one idea: a recording is reports and nothing else: when, where, how high, as received. What the package does not say
is not made up here. It says that `altitude` is "in feet" and no more; the numbers step by 25 ft and sit on whole flight
levels, as pressure altitude from transponders does, so they are written as feet on STD (1013.25 hPa). `geoaltitude` is
the height that the aircraft's own satellite receiver gave, in feet above the WGS84 ellipsoid; not every report has one.
"""

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearline.edge.geoid_file import load_geoid

__all__ = [
    "AMBULANCES",
    "FIREFIGHTING",
    "FOOT_M",
    "SWITZERLAND",
    "Floats",
    "Recording",
    "load",
    "moved",
    "sea_heights_m",
    "write_geojson",
    "write_kml",
    "write_states",
]

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

SWITZERLAND = "collections/switzerland"
FIREFIGHTING = "firefighting/calfire"
AMBULANCES = ("ambulances/rega_sg", "ambulances/rega_zh", "ambulances/samu31")

FOOT_M = 0.3048
# One aircraft may fly several times in one recording: where nothing was heard of it for longer, another flight begins.
_ANOTHER_FLIGHT_MS = 600_000


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One flight: its name and its reports in order of time, no two at one time.

    `pressure_ft` is pressure altitude, `gnss_ft` height above the ellipsoid (NaN where a report has none).
    """

    ident: str
    callsign: str
    time_ms: Times
    lat_deg: Floats
    lon_deg: Floats
    pressure_ft: Floats
    gnss_ft: Floats

    def __len__(self) -> int:
        return len(self.time_ms)


def load(sample: str) -> list[Recording]:
    """The flights of one sample file, by aircraft, callsign and time."""
    name = f"traffic/data/samples/{sample}.json.gz"
    found = [path for path in files("traffic") or [] if path.as_posix() == name]
    assert len(found) == 1, f"the traffic package holds no {name}"
    with gzip.open(Path(str(found[0].locate())), "rb") as stream:
        rows: list[dict[str, Any]] = json.load(stream)
    flights: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for row in rows:
        # Of two reports at one time the first counts: they differ by less than the receiver's clock does.
        flights.setdefault((row["icao24"], row["callsign"]), {}).setdefault(int(row["timestamp"]), row)
    return [
        flight
        for (icao24, callsign), reports in flights.items()
        for flight in _split(icao24, callsign, [reports[time_ms] for time_ms in sorted(reports)])
    ]


def _split(icao24: str, callsign: str, rows: Sequence[dict[str, Any]]) -> Iterable[Recording]:
    time_ms = np.array([row["timestamp"] for row in rows], np.int64)
    cuts = np.flatnonzero(np.diff(time_ms) > _ANOTHER_FLIGHT_MS) + 1
    for number, part in enumerate(np.split(np.arange(len(rows)), cuts), start=1):
        few = [rows[k] for k in part.tolist()]
        yield Recording(
            f"{callsign}-{icao24}-{number}",
            callsign,
            time_ms[part],
            _column(few, "latitude"),
            _column(few, "longitude"),
            _column(few, "altitude"),
            _column(few, "geoaltitude"),
        )


def _column(rows: Sequence[dict[str, Any]], name: str) -> Floats:
    return np.array([math.nan if (value := row.get(name)) is None else float(value) for row in rows])


def moved(recording: Recording, start_ms: int) -> Recording:
    """The same flight as if it had begun at another time."""
    return replace(recording, time_ms=recording.time_ms - recording.time_ms[0] + start_ms)


def sea_heights_m(recording: Recording) -> Floats:
    """Heights above mean sea level (EGM96), metres, from the satellite receiver's; NaN where there is none."""
    geoid = load_geoid()
    undulation_m = [geoid.at(lat, lon) for lat, lon in zip(recording.lat_deg, recording.lon_deg, strict=True)]
    return recording.gnss_ft * FOOT_M - np.array(undulation_m)


def _zulu(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000.0, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_geojson(recordings: Sequence[Recording], party: str, path: Path) -> Path:
    """Features of the GeoJSON profile: a LineString with times and pressure altitudes for each flight."""
    features = [
        {
            "type": "Feature",
            "id": recording.ident,
            "properties": {
                "party": party,
                "kind": "TRANSIT",
                "times": [_zulu(time_ms) for time_ms in recording.time_ms.tolist()],
                "altitudes": recording.pressure_ft.tolist(),
                "altitude_unit": "FT",
                "altitude_reference": "STD",
            },
            "geometry": {
                "type": "LineString",
                "coordinates": np.stack((recording.lon_deg, recording.lat_deg), axis=1).tolist(),
            },
        }
        for recording in recordings
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def write_states(recordings: Sequence[Recording], party: str, path: Path) -> Path:
    """CSV of states, one report a row, pressure altitudes."""
    lines = [
        "# clearline-csv 1",
        "# datum: WGS84",
        "# altitude_reference: STD",
        "party,id,time,lat_deg,lon_deg,altitude_ft",
    ]
    for recording in recordings:
        columns = (recording.time_ms, recording.lat_deg, recording.lon_deg, recording.pressure_ft)
        lines.extend(
            f"{party},{recording.ident},{_zulu(time_ms)},{lat!r},{lon!r},{height!r}"
            for time_ms, lat, lon, height in zip(*(column.tolist() for column in columns), strict=True)
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_kml(recordings: Sequence[Recording], party: str, path: Path) -> Path:
    """KML tracks, heights in metres above mean sea level; a report without one leaves it out."""
    marks: list[str] = []
    for recording in recordings:
        heights = sea_heights_m(recording).tolist()
        coords = [
            f"{lon!r} {lat!r}" if math.isnan(height) else f"{lon!r} {lat!r} {height!r}"
            for lon, lat, height in zip(recording.lon_deg.tolist(), recording.lat_deg.tolist(), heights, strict=True)
        ]
        whens = "".join(f"<when>{_zulu(time_ms)}</when>" for time_ms in recording.time_ms.tolist())
        places = "".join(f"<gx:coord>{coord}</gx:coord>" for coord in coords)
        marks.append(
            f'<Placemark id="{recording.ident}"><name>{recording.ident}</name><ExtendedData><Data name="party">'
            f"<value>{party}</value></Data></ExtendedData><gx:Track><altitudeMode>absolute</altitudeMode>{whens}{places}</gx:Track></Placemark>"
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
        f'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{"".join(marks)}</Document></kml>\n',
        "utf-8",
    )
    return path
