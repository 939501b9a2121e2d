"""Nobody is told by default, and what one is told does not depend on the order in which names were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.node.disclosure import NOBODY, Disclosure, Precision

_names = st.text("abc", min_size=1, max_size=3)
_policies = st.dictionaries(_names, st.sampled_from(Precision), max_size=5)


@given(_names)
def test_nobody_is_told_by_default(name: str) -> None:
    assert NOBODY.to(name) is Precision.NOT_AT_ALL
    assert Disclosure(((f"{name}x", Precision.EXACT),)).to(name) is Precision.NOT_AT_ALL


@given(_policies, st.sampled_from(Precision), _names)
def test_each_is_told_as_the_policy_says_whatever_the_order(
    named: dict[str, Precision], otherwise: Precision, name: str
) -> None:
    policy = Disclosure(tuple(named.items()), otherwise)
    assert policy == Disclosure(tuple(reversed(named.items())), otherwise)
    assert policy.to(name) is named.get(name, otherwise)


@given(_policies, st.sampled_from(Precision))
def test_anybody_is_whoever_is_told_something(named: dict[str, Precision], otherwise: Precision) -> None:
    policy = Disclosure(tuple(named.items()), otherwise)
    assert policy.anybody == any(policy.to(name) is not Precision.NOT_AT_ALL for name in [*named, "nobody else"])


def test_a_policy_that_says_two_things_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="'bravo' is named twice"):
        Disclosure((("bravo", Precision.EXACT), ("bravo", Precision.NOT_AT_ALL)))
    with pytest.raises(ValueError, match="needs a name"):
        Disclosure((("", Precision.EXACT),))
    many = tuple((f"side-{number}", Precision.EXACT) for number in range(201))
    assert Disclosure(many[:200]).to("side-7") is Precision.EXACT
    with pytest.raises(ValueError, match="201 recipients"):
        Disclosure(many)
