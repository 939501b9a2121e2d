"""What a placemark's ExtendedData say under our names, and names that look like ours and are not.

The one idea: a misspelt `lower` must never pass for a placemark that states no limit, so a name that could be meant for
one of ours is refused with the right one named; any other is noted as not used.
"""

import difflib
import re

from clearline.wire.fields import FACTS
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot
from clearline.wire.xml_text import Element

__all__ = ["DataNames", "meant_for"]

_KNOWN = frozenset({*FACTS, "shape", "exact_coordinates"})
_LONGEST = 40
_MOST_NAMES = 1_000  # each new one is compared with all of ours
_CLOSE = 0.8  # "uper" for "upper" is 0.89, "lover" for "lower" 0.8, "layer" for "lower" 0.6
# Other programs' names for the same facts, letters only.
_ALIKE = {
    **dict.fromkeys(("floor", "base", "bottom", "minalt", "minaltitude", "lowerlimit", "altitude", "height"), "lower"),
    **dict.fromkeys(("ceiling", "top", "maxalt", "maxaltitude", "upperlimit"), "upper"),
    **dict.fromkeys(("begin", "from", "starttime", "validfrom"), "start"),
    **dict.fromkeys(("until", "to", "endtime", "validto", "expires"), "end"),
    **dict.fromkeys(("radius", "radiusnm", "radiuskm"), "radius_m"),
    **dict.fromkeys(("width", "halfwidth", "buffer"), "half_width_m"),
    **dict.fromkeys(("uncertainty", "accuracy"), "horizontal_uncertainty_m"),
}
_NOT_LETTER = re.compile(r"[^a-z]")


class DataNames:
    """The reader of one file's data, and what it found of names not ours, each judged once."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._meant: dict[str, str] = {}

    def data_of(self, placemark: Element, spot: Spot) -> dict[str, str]:
        """The texts of a placemark's Data and SimpleData under our names. Raises MalformedError."""
        texts: dict[str, str] = {}
        others: list[str] = []
        for extended in placemark.all("ExtendedData"):
            pairs = [(data.attributes.get("name", ""), data.text_of("value")) for data in extended.all("Data")]
            for schema in extended.all("SchemaData"):
                pairs += [(data.attributes.get("name", ""), data.text.strip()) for data in schema.all("SimpleData")]
            for name, text in pairs:
                if name not in _KNOWN:
                    others.append(name[:_LONGEST])
                elif name in texts:
                    raise spot.refuse(f"the data {name} are given twice", "keep one of them")
                else:
                    texts[name] = text
        for name in others:
            ours = self._ours(name, spot)
            if ours and not texts.get(ours):
                raise spot.refuse(
                    f"the data {name!r} are not of ours, and could be meant for {ours}",
                    f"name them {ours}, or take them out",
                )
            self._remarks.say(f"the data {name!r} are not used")
        return texts

    def _ours(self, name: str, spot: Spot) -> str:
        if name not in self._meant:
            if len(self._meant) >= _MOST_NAMES:
                raise spot.refuse(f"the file uses more than {_MOST_NAMES} names for data", "take out those not ours")
            self._meant[name] = meant_for(name)
        return self._meant[name]


def meant_for(name: str) -> str:
    """The name of ours that another could be meant for; empty for none.

    >>> meant_for("Ceiling"), meant_for("uper"), meant_for("start_time"), meant_for("squawk")
    ('upper', 'upper', 'start', '')
    """
    letters = _NOT_LETTER.sub("", name.casefold())
    if letters in _ALIKE:
        return _ALIKE[letters]
    close = difflib.get_close_matches(letters, [ours.replace("_", "") for ours in _KNOWN], 1, _CLOSE)
    return next((ours for ours in _KNOWN if close and ours.replace("_", "") == close[0]), "")
