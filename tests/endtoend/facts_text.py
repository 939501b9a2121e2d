"""Complete files of rows, records and sets, and the loss of each of these and of each of their parts."""

from collections.abc import Iterator

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination
from tests.endtoend.facts import (
    EAST,
    HERE,
    MIDWAY,
    NORTH,
    ON_PULKOVO,
    PULKOVO,
    WEST_OF_TRIANGLE,
    Case,
    Loss,
    dents_of,
    east_of_line,
    probe_at,
)

__all__ = ["TEXT_CASES"]


def _csv_losses(data: bytes) -> Iterator[Loss]:
    """The file less each `#` line, each column, each cell, and each part of a cell."""
    lines = data.decode().splitlines()
    head = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    names = lines[head].split(",")
    for n, line in enumerate(lines[:head]):
        yield f"without {line}", _joined(lines[:n] + lines[n + 1 :])
        for dented in dents_of(line):
            yield f"{line} as {dented}", _joined([*lines[:n], dented, *lines[n + 1 :]])
    for column, name in enumerate(names):
        rows = [line.split(",") for line in lines[head:]]
        kept = [",".join(row[:column] + row[column + 1 :]) for row in rows]
        yield f"without column {name}", _joined(lines[:head] + kept)
        for n in range(1, len(rows)):
            # One letter less makes another party or track, and a whole one.
            for cell in ("", *(() if name in ("id", "party") else dents_of(rows[n][column]))):
                row = ",".join([*rows[n][:column], cell, *rows[n][column + 1 :]])
                yield f"row {n} {name} {cell!r}", _joined([*lines[: head + n], row, *lines[head + n + 1 :]])


def _joined(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


_CSV_TIMES = "2026-05-14T06:00Z,140900ZMAY26"
_CSV = {
    "circle": (
        "id,party,kind,shape,positions,datum,radius_m,lower,upper,start,end,horizontal_uncertainty_m\n"
        f"A,BLUE,PATROL,circle,34°33.000′N 039°00.000′E,SK-42,900,9000FT AMSL,9500FT AMSL,{_CSV_TIMES},1\n",
        probe_at(destination(ON_PULKOVO, 270.0, 900.0), 270.0),
    ),
    "line": (
        "# datum: SK-42\n# notation: DDM\nid,party,shape,positions,half_width_m,lower,upper,start,end\n"
        f"A,BLUE,corridor,{' ; '.join(PULKOVO)},900,9000FT AMSL,9500FT AMSL,{_CSV_TIMES}\n",
        probe_at(destination(ON_PULKOVO, 270.0, 900.0), 270.0),
    ),
    "area": (
        "id,party,shape,positions,datum,lower,upper,start,end\nA,BLUE,polygon,"
        + " ; ".join(f"{p.lat_deg:.9f}°N {p.lon_deg:.9f}°E" for p in (HERE, EAST, NORTH))
        + f",WGS84,9000FT AMSL,9500FT AMSL,{_CSV_TIMES}\n",
        probe_at(WEST_OF_TRIANGLE, 270.0),
    ),
    "states": (
        "# datum: SK-42\n# altitude_reference: AMSL\nid,party,time,lat_deg,lon_deg,altitude_ft,half_width_m\n"
        "A,BLUE,2026-05-14T06:00:00Z,34.50,39.0,9400,500\nA,BLUE,2026-05-14T06:01:00Z,34.60,39.0,9450,500\n",
        probe_at(destination(ON_PULKOVO, 270.0, 500.0), 270.0, window=MIDWAY),
    ),
    "levels": (
        "# datum: WGS84\n# half_width_m: 500\nid,party,time,lat_deg,lon_deg,altitude_fl\n"
        "A,BLUE,2026-05-14T06:00:00Z,34.50,39.0,94\nA,BLUE,2026-05-14T06:01:00Z,34.60,39.0,95\n",
        east_of_line(500.0, ("9400FT STD", "9450FT STD"), MIDWAY),
    ),
}


def _line_losses(data: bytes) -> Iterator[Loss]:
    """The file less each line, and each part of a line."""
    lines = data.decode().splitlines()
    for n, line in enumerate(lines):
        yield f"without {line}", _joined(lines[:n] + lines[n + 1 :])
        for dented in dents_of(line):
            yield f"{line} as {dented}", _joined([*lines[:n], dented, *lines[n + 1 :]])


def _dms(place: LatLon, mark: str = ":") -> tuple[str, str]:
    def one(degrees: float, width: int) -> str:
        seconds = round(abs(degrees) * 3600)
        return mark.join((f"{seconds // 3600:0{width}}", f"{seconds // 60 % 60:02}", f"{seconds % 60:02}"))

    return f"{one(place.lat_deg, 2)}", f"{one(place.lon_deg, 3)}"


def _open(place: LatLon) -> str:
    lat, lon = _dms(place)
    return f"{lat} N {lon} E"


_OPENAIR_HEAD = "AC R\nAN Ridge\nAL 9000ft AMSL\nAH 9500ft AMSL\nAA 2026-05-14T06:00Z/2026-05-14T09:00Z\n"
_OPENAIR = {
    "circle": (f"{_OPENAIR_HEAD}V X={_open(HERE)}\nDC 3\n", probe_at(destination(HERE, 90.0, 5_556.0), 90.0)),
    "area": (
        _OPENAIR_HEAD + "".join(f"DP {_open(place)}\n" for place in (HERE, EAST, NORTH)),
        probe_at(WEST_OF_TRIANGLE, 270.0),
    ),
    "airway": (f"{_OPENAIR_HEAD}V W=1\nDY {_open(HERE)}\nDY {_open(NORTH)}\n", east_of_line(926.0)),
}


def _aco_losses(data: bytes) -> Iterator[Loss]:
    """The order less each set, each field (gone, or a dash), and each part of a field."""
    sets = [text.strip() for text in data.decode().split("//") if text.strip()]
    for n, text in enumerate(sets):
        yield f"without {text}", _order(sets[:n] + sets[n + 1 :])
        fields = text.split("/")
        for m, field in enumerate(fields):
            gone = fields[:m] + fields[m + 1 :]
            # Three miles less a letter are three metres: another length, and a whole one.
            dents = [dented for dented in dents_of(field) if not (field.endswith("NM") and dented.endswith("M"))]
            others = [[*fields[:m], word, *fields[m + 1 :]] for word in ("-", "", *dents)]
            for changed in (gone, *others):
                yield f"{text} as {'/'.join(changed)}", _order([*sets[:n], "/".join(changed), *sets[n + 1 :]])


def _order(sets: list[str]) -> bytes:
    return "".join(f"{text}//\n" for text in sets).encode()


def _aco(shape: str, fields: str, level: str = "RARA:090AMSL-095AMSL") -> bytes:
    return (
        "OPER/QUIET VALLEY//\nMSGID/ACO/SURVEY OFFICE/001/MAY//\nACOID/UPPER VALLEY/14A//\nGEODATUM/WGS 1984//\n"
        "PERIOD/140500ZMAY2026/150500ZMAY2026//\nACMSTAT/ADD/NAME:HERON//\n"
        f"ACMID/ACM:ROZ/NAME:HERON/{shape}/USE:UA//\n{shape}/{fields}//\nEFFLEVEL/{level}//\n"
        "APERIOD/DISCRETE/140600ZMAY/140900ZMAY//\n"
    ).encode()


def _lats(place: LatLon) -> str:
    lat, lon = _dms(place, "")
    return f"LATS:{lat}N{lon}E"


_A, _N, _E = _lats(HERE), _lats(NORTH), _lats(EAST)
_ACO = {
    "circle": (_aco("CIRCLE", f"{_A}/3NM"), probe_at(destination(HERE, 90.0, 5_556.0), 90.0)),
    "levels": (
        _aco("CIRCLE", f"{_A}/3NM", "FLFL:FL090-FL095"),
        probe_at(destination(HERE, 90.0, 5_556.0), 90.0, ("9400FT STD", "9450FT STD")),
    ),
    "area": (_aco("POLYGON", f"{_A}/{_E}/{_N}"), probe_at(WEST_OF_TRIANGLE, 270.0)),
    "corridor": (_aco("CORRIDOR", f"1NM/{_A}/{_N}"), east_of_line(926.0)),
    "orbit": (_aco("AORBIT", f"{_A}/{_N}/1NM/C"), east_of_line(926.0)),
    "orbit to the right": (_aco("AORBIT", f"{_A}/{_N}/1NM/R"), east_of_line(1852.0)),
    "track": (_aco("1TRACK", f"1/{_A}/{_N}/1NM/1NM"), east_of_line(1852.0)),
    "sector": (_aco("RADARC", f"{_A}/045T/135T/1NM/3NM"), probe_at(destination(HERE, 90.0, 5_556.0), 90.0)),
    "arc": (_aco("POLYARC", f"{_A}/000T/3NM/180T/{_lats(destination(HERE, 200.0, 3_000.0))}"),
            probe_at(destination(HERE, 90.0, 5_556.0), 90.0)),
}  # fmt: skip

TEXT_CASES = [
    *(Case(f"csv {name}", "", text.encode(), probe, _csv_losses) for name, (text, probe) in _CSV.items()),
    *(Case(f"openair {name}", "BLUE", text.encode(), probe, _line_losses) for name, (text, probe) in _OPENAIR.items()),
    *(Case(f"aco {name}", "", data, probe, _aco_losses) for name, (data, probe) in _ACO.items()),
]
