"""Options in plain words, the same for both sides.

The one idea: a sentence says who does what, then what it costs each of the two, the one who pays nothing included.
"""

from clearline.conflict.change import AltitudeShift, Change, LateralOffset, TimeShift, describe_change
from clearline.conflict.change_cost import describe_cost
from clearline.conflict.resolve import Option, Proposal

__all__ = ["describe_option", "describe_proposal"]


def describe_option(names: tuple[str, str], option: Option) -> str:
    """One sentence on an option; effort is the comparable figure of `change_cost`.

    "ALPHA A1 starts 14 min later (at least 13 min 20 s): costs ALPHA A1 14 min; BRAVO B1 nothing (effort 840 s and
    0 s)".
    """
    deeds = [
        f"{name} {describe_change(change)} (at least {_least(least)})"
        for name, change, least in zip(names, option.changes, option.least, strict=True)
        if change is not None and least is not None
    ]
    costs = [f"{name} {describe_cost(cost)}" for name, cost in zip(names, option.costs, strict=True)]
    meets = f"; but would no longer be surely clear of {', '.join(option.meets)}" if option.meets else ""
    efforts = " and ".join(f"{cost.effort_s:,.0f} s" for cost in option.costs)
    return f"{' and '.join(deeds)}: costs {'; '.join(costs)} (effort {efforts}){meets}"


def describe_proposal(proposal: Proposal, most: int = 6) -> list[str]:
    """A proposal as lines: up to `most` options, numbered, then what to ask for and what cannot be done."""
    lines = [
        f"{number}. {describe_option(proposal.names, option)}"
        for number, option in enumerate(proposal.options[:most], 1)
    ]
    return [*lines, *proposal.asks, *proposal.refusals]


def _least(change: Change) -> str:
    """The exact amount, rounded up so that it still clears."""
    match change:
        case TimeShift():
            minutes, seconds = divmod(-(-abs(change.by_ms) // 1000), 60)
            return f"{minutes} min {seconds} s"
        case AltitudeShift():
            return f"{_tenths(abs(change.by_m))} m"
        case LateralOffset(_, by_m):
            return f"{_tenths(by_m)} m"


def _tenths(value_m: float) -> str:
    return f"{-(-value_m * 10.0 // 1) / 10.0:,.1f}"
