"""The measures of airspace control orders that this product carries, and the neutral kind each stands for.

The one idea: what is not in the table is not carried. A measure of any other code is read as an opaque area, because
its place and time still matter to others, and no other code is ever written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearline.airspace.activity import Kind

__all__ = ["MEASURE_TYPES", "USAGES", "Usage", "kind_of_measure", "measure_for"]

# NIEM 6.0, military operations: the types of airspace control measure.
MEASURE_TYPES = {
    "ADAREA": "air defence area",
    "ADOA": "air defence operations area",
    "ATC": "air traffic control",
    "CORRTE": "corridor or route",
    "PROC": "procedure",
    "REFPT": "reference point",
    "ROZ": "restricted operations zone",
    "SUA": "special use airspace",
}


@dataclass(frozen=True, slots=True)
class Usage:
    """A usage code: what it means, and the neutral kind of activity it stands for."""

    words: str
    kind: Kind


_ROUTES = {
    "ADVRTE": "advisory route",
    "AIRCOR": "air corridor",
    "AIRRTE": "air route",
    "APPCOR": "approach corridor",
    "ARWY": "airway",
    "ATSRTE": "air traffic services route",
    "CDR": "conditional route",
    "MRR": "minimum risk route",
    "NAVRTE": "navigation route",
    "SAAFR": "standard route of army aviation",
    "SC": "special corridor",
    "SL": "safe lane",
    "TC": "transit corridor",
    "TMRR": "temporary minimum risk route",
    "TR": "transit route",
}
_AREAS = {
    "ACP": "air control point",
    "ADIZ": "air defence identification zone",
    "ALTRV": "altitude reservation",
    "BNDRY": "boundary",
    "CA": "coordinating altitude",
    "CL": "coordination level",
    "CONTZN": "control zone",
    "CTA": "control area",
    "FIR": "flight information region",
    "HIDACZ": "high density airspace control zone",
    "IFFOFF": "line where identification is switched off",
    "IFFON": "line where identification is switched on",
    "MOA": "military operations area",
    "NFA": "no-fly area",
    "NOFLY": "no-fly area",
    "PROHIB": "prohibited area",
    "RA": "restricted area",
    "RCA": "reduced coordination area",
    "ROA": "restricted operations area",
    "TCA": "terminal control area",
    "TFR": "temporary flight restriction",
    "TRSA": "terminal radar service area",
    "TSA": "temporary segregated area",
    **{f"CLS{letter}": f"class {letter} airspace" for letter in "ABCDEFG"},
}
# Codes that name an activity; the rest are routes, areas and lines.
_ACTIVITIES = {
    "AAR": Usage("air-to-air refuelling", Kind.REFUELLING),
    "AEW": Usage("airborne early warning", Kind.PATROL),
    "ALERTA": Usage("alert area", Kind.HAZARDOUS_AREA),
    "CAP": Usage("air patrol", Kind.PATROL),
    "DA": Usage("danger area", Kind.HAZARDOUS_AREA),
    "DZ": Usage("drop zone", Kind.AIRLIFT),
    "ISR": Usage("surveillance", Kind.PATROL),
    "LZ": Usage("landing zone", Kind.AIRLIFT),
    "PZ": Usage("pick-up zone", Kind.AIRLIFT),
    "RECCE": Usage("reconnaissance", Kind.PATROL),
    "SARDOT": Usage("search and rescue reference", Kind.SEARCH_AND_RESCUE),
    "TRNG": Usage("training", Kind.EXERCISE),
    "UA": Usage("unmanned aircraft", Kind.UAS_FLIGHT),
    "WARN": Usage("warning area", Kind.HAZARDOUS_AREA),
}
USAGES = {
    **{code: Usage(words, Kind.TRANSIT) for code, words in _ROUTES.items()},
    **{code: Usage(words, Kind.AIRSPACE_MEASURE) for code, words in _AREAS.items()},
    **_ACTIVITIES,
}

# Measure type and usage each kind is written as; a kind without one is written as a restricted operations zone.
_WRITTEN = {
    Kind.TRANSIT: ("CORRTE", "AIRCOR"),
    Kind.PATROL: ("ROZ", "ISR"),
    Kind.REFUELLING: ("ROZ", "AAR"),
    Kind.UAS_FLIGHT: ("ROZ", "UA"),
    Kind.EXERCISE: ("SUA", "TRNG"),
    Kind.HAZARDOUS_AREA: ("SUA", "DA"),
}
_PLAIN = ("ROZ", "ROA")


def kind_of_measure(measure: str, usages: Sequence[str]) -> Kind | None:
    """The kind of a measure by its type and usages; None for one that is not carried, to be kept as an opaque area.

    >>> kind_of_measure("ROZ", ["AAR"]), kind_of_measure("ROZ", ["AAR", "XYZ"])
    (<Kind.REFUELLING: 'REFUELLING'>, None)
    """
    if measure not in MEASURE_TYPES or not usages or any(usage not in USAGES for usage in usages):
        return None
    return USAGES[usages[0]].kind


def measure_for(kind: Kind) -> tuple[str, str]:
    """The measure type and usage a kind is written as."""
    return _WRITTEN.get(kind, _PLAIN)
