"""The table of measures: what is carried, what is written, and what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.activity import Kind
from clearline.wire.measures import MEASURE_TYPES, USAGES, kind_of_measure, measure_for

# Weapon and fire-support codes of the standard, and codes whose meaning is not settled: none of them may be carried.
NOT_CARRIED = (
    "ADAA", "BCL", "BDZ", "BZ", "CADA", "CAS", "CBA", "CCZONE", "CFL", "EC",
    "FACA", "FADIZ", "FARP", "FEBA", "FFA", "FLOT", "FSCL", "JEZ", "KILLBX", "LFEZ",
    "LMEZ", "MFEZ", "MISARC", "MMEZ", "RFA", "RFL", "SHORAD", "SOF", "SSMS", "WFZ",
)  # fmt: skip


def test_there_are_eight_types() -> None:
    assert sorted(MEASURE_TYPES) == ["ADAREA", "ADOA", "ATC", "CORRTE", "PROC", "REFPT", "ROZ", "SUA"]


@pytest.mark.parametrize("code", NOT_CARRIED)
def test_a_weapon_or_fire_support_code_is_not_carried(code: str) -> None:
    assert code not in USAGES
    for measure in MEASURE_TYPES:
        assert kind_of_measure(measure, [code]) is None
        assert kind_of_measure(measure, ["AAR", code]) is None


@given(st.sampled_from(list(Kind)))
def test_only_carried_codes_are_written(kind: Kind) -> None:
    measure, usage = measure_for(kind)
    assert measure in MEASURE_TYPES
    assert usage in USAGES
    assert kind_of_measure(measure, [usage]) in (kind, Kind.AIRSPACE_MEASURE)


@pytest.mark.parametrize("code", sorted(USAGES))
def test_every_usage_fits_its_field_and_has_words(code: str) -> None:
    assert 2 <= len(code) <= 6
    assert USAGES[code].words == USAGES[code].words.lower() or code.startswith("CLS")


def test_an_unknown_type_or_no_usage_is_not_carried() -> None:
    assert kind_of_measure("XYZ", ["AAR"]) is None
    assert kind_of_measure("ROZ", []) is None
    assert kind_of_measure("ROZ", ["AAR"]) is Kind.REFUELLING
