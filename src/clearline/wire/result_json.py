"""The answer of a check as JSON and as GeoJSON.

The one idea: numbers carry their unit in their name, an unknown is null beside a reason, an open end is the word.
"""

import json
import math

from clearline.airspace.activity import Activity
from clearline.conflict.assign import Assignment
from clearline.conflict.change import AltitudeShift, Change, LateralOffset, TimeShift, describe_change
from clearline.conflict.change_cost import Cost
from clearline.conflict.group import Meeting
from clearline.conflict.minima import Minima
from clearline.conflict.resolve import Proposal
from clearline.conflict.verdict import Verdict
from clearline.space.volume import Volume4D
from clearline.wire.geojson_write import activity_features
from clearline.wire.json_text import Json
from clearline.wire.result import CheckResult
from clearline.wire.words import instant, shape_words

__all__ = ["write_geojson_result", "write_json_result"]


def write_json_result(result: CheckResult) -> str:
    """The whole answer as one JSON object; `docs/check.md` describes its members."""
    return json.dumps(_object(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_geojson_result(result: CheckResult) -> str:
    """The activities and, for each meeting, the point of closest approach, as one RFC 7946 FeatureCollection."""
    features: list[Json] = [feature for activity in result.activities for feature in activity_features(activity)]
    for number, meeting in enumerate(result.meetings, 1):
        place = meeting.finding.place
        if place is not None:
            geometry: Json = {"type": "Point", "coordinates": [round(place.lon_deg, 7), round(place.lat_deg, 7)]}
            features.append({"type": "Feature", "geometry": geometry, "properties": _meeting(number, meeting, result)})
    collection: Json = {"type": "FeatureCollection", "features": features, "clearline": _head(result)}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n"


def _object(result: CheckResult) -> Json:
    meetings: list[Json] = [_meeting(n, meeting, result) for n, meeting in enumerate(result.meetings, 1)]
    files: list[Json] = [
        {"name": read.name, "form": read.form, "activities": read.activities, "notes": list(read.notes)}
        for read in result.files
    ]
    whole: dict[str, Json] = {**_head(result), "files": files, "meetings": meetings}
    if result.assignment is not None:
        whole["assignment"] = _assignment(result.assignment)
    return whole


def _head(result: CheckResult) -> dict[str, Json]:
    return {
        "verdict": result.verdict.value,
        "compared": result.compared,
        "conflicts": result.count(Verdict.CONFLICT),
        "cannot_tell": result.count(Verdict.CANNOT_TELL),
        "clear": result.count(Verdict.CLEAR),
        "minima": _minima(result.minima),
        "engine": result.engine,
        "digest": result.digest,
    }


def _minima(minima: Minima) -> Json:
    return {
        "name": minima.name,
        "version": minima.version,
        "lateral_m": round(minima.lateral_m, 6),
        "vertical_m": round(minima.vertical_m, 6),
        "time_s": round(minima.time_s, 6),
        "inflation": minima.inflation,
        "zones": [zone.name for zone in minima.zones],
    }


def _meeting(number: int, meeting: Meeting, result: CheckResult) -> dict[str, Json]:
    finding = meeting.finding
    margins, place = finding.margins, finding.place
    members: dict[str, Json] = {
        "number": number,
        "verdict": finding.verdict.value,
        "a": _side(result.activities[meeting.first], finding.pair[0]),
        "b": _side(result.activities[meeting.second], finding.pair[1]),
        "pairs_of_volumes": meeting.pairs,
        "first": None if finding.first_ms is None else instant(finding.first_ms),
        "place": None if place is None else {"lat_deg": round(place.lat_deg, 7), "lon_deg": round(place.lon_deg, 7)},
        "margins": {
            "lateral_m": _number(margins.lateral_m, 2),
            "vertical_m": None if margins.vertical_m is None else _number(margins.vertical_m, 2),
            "vertical_frame": None if margins.frame is None else margins.frame.value,
            "time_s": _number(margins.time_s, 3),
        },
        "required": {
            "lateral_m": round(finding.required[0], 6),
            "vertical_m": round(finding.required[1], 6),
            "time_s": round(finding.required[2], 6),
        },
        "reasons": list(finding.reasons),
        "asks": list(result.asks(meeting)),
    }
    proposal = result.proposals[number - 1] if result.proposals else None
    if proposal is not None:
        members["proposal"] = _proposal(proposal)
    return members


def _side(activity: Activity, number: int) -> Json:
    """The activity and the volume of it that decided: as it was understood, and as it was entered."""
    volume = activity.volumes[number]
    return {
        "party": activity.party,
        "id": activity.ident,
        "kind": activity.kind.value,
        "title": activity.title,
        "volume": number,
        "place": shape_words(volume.shape),
        "horizontal_uncertainty_m": volume.horizontal_uncertainty_m,
        "altitude": str(volume.band),
        "from": instant(volume.window.start_ms),
        "until": instant(volume.window.end_ms),
        "clock_uncertainty_s": volume.window.clock_uncertainty_s,
        "entered": _entered(volume),
    }


def _entered(volume: Volume4D) -> Json:
    entered = volume.entered
    if entered is None:
        return None
    return {
        "source": entered.source,
        "form": entered.form,
        "datum": entered.datum,
        "place": entered.place,
        "altitude": entered.altitude,
        "time": entered.time,
        "notes": list(entered.notes),
    }


def _proposal(proposal: Proposal) -> Json:
    options: list[Json] = [
        {
            "changes": [_change(change) for change in option.changes],
            "least": [_change(change) for change in option.least],
            "costs": [_cost(cost) for cost in option.costs],
            "meets": list(option.meets),
        }
        for option in proposal.options
    ]
    return {"options": options, "asks": list(proposal.asks), "refusals": list(proposal.refusals)}


def _assignment(assignment: Assignment) -> Json:
    assigned: list[Json] = [
        {
            "activity": item.name,
            "priority": item.priority,
            "cleared": item.cleared,
            "changes": [_change(change) for change in item.changes],
            "cost": _cost(item.cost),
        }
        for item in assignment.assigned
        if item.changes or not item.cleared
    ]
    return {
        "method": assignment.method,
        "unchanged": len(assignment.assigned) - len(assigned),
        "assigned": assigned,
        "asks": list(assignment.asks),
    }


def _change(change: Change | None) -> Json:
    match change:
        case None:
            return None
        case TimeShift(by_s):
            return {"kind": "TIME_SHIFT", "by_s": by_s, "text": describe_change(change)}
        case AltitudeShift():
            return {"kind": "ALTITUDE_SHIFT", "by_m": round(change.by_m, 6), "text": describe_change(change)}
        case LateralOffset(azimuth_deg, by_m):
            numbers: dict[str, Json] = {"azimuth_deg": round(azimuth_deg, 3), "by_m": round(by_m, 3)}
            return {"kind": "LATERAL_OFFSET", **numbers, "text": describe_change(change)}


def _cost(cost: Cost) -> Json:
    return {
        "time_s": round(cost.time_s, 3),
        "vertical_m": round(cost.vertical_m, 3),
        "lateral_m": round(cost.lateral_m, 3),
        "effort_s": round(cost.effort_s, 3),
    }


def _number(value: float, places: int) -> Json:
    """A number; an open end is spelled out, as JSON has no infinity."""
    return round(value, places) if math.isfinite(value) else "unbounded"
