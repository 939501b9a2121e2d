"""Every call says which scopes open it, and the table refuses whoever lacks them."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.registry.scopes import CALL_SCOPES, Call, Scope, missing_scopes

_OPEN = {Call.GET_VERSION, Call.GET_ACCEPTED_CAS, Call.GET_OWN_CAS}


def test_every_call_has_its_line_in_the_table() -> None:
    assert set(CALL_SCOPES) == set(Call)
    assert {call for call, alternatives in CALL_SCOPES.items() if not alternatives} == _OPEN


@given(call=st.sampled_from(sorted(Call)), held=st.sets(st.sampled_from(sorted(Scope))))
def test_a_call_is_open_exactly_to_who_holds_all_scopes_of_one_alternative(call: Call, held: set[Scope]) -> None:
    alternatives = CALL_SCOPES[call]
    opened = not alternatives or any(all(scope in held for scope in one) for one in alternatives)
    assert (missing_scopes(call, held) == "") is opened


def test_what_writes_is_closed_to_who_may_only_read() -> None:
    for call in (Call.CREATE_CONSTRAINT, Call.UPDATE_CONSTRAINT, Call.DELETE_CONSTRAINT):
        assert missing_scopes(call, {Scope.CONSTRAINT_PROCESSING}) == "utm.constraint_management"
    for call in (Call.CREATE_AREA_19, Call.UPDATE_AREA_19, Call.DELETE_AREA_19):
        assert missing_scopes(call, {Scope.READ_AREAS})
    for call in (Call.CREATE_AREA_22A, Call.UPDATE_AREA_22A, Call.DELETE_AREA_22A):
        assert missing_scopes(call, {Scope.DISPLAY_PROVIDER})
    assert missing_scopes(Call.SET_AVAILABILITY, set(Scope) - {Scope.AVAILABILITY_ARBITRATION})
