"""The words of the line that are chosen from a list: levels, functions, modes, precedences, roles.

The one idea: a word on a list means one thing to both sides, so whatever decides anything is on a list and whatever
is free text decides nothing.
"""

from enum import StrEnum

__all__ = ["SAFETY", "By", "Function", "Level", "Mode", "Precedence", "Role"]


class Level(StrEnum):
    """The level two parties talk on. Each has circuits of its own; suspending one does not touch another."""

    LEADERS = "LEADERS"
    MINISTERS = "MINISTERS"
    CHIEFS_OF_DEFENCE = "CHIEFS_OF_DEFENCE"
    OPERATIONAL = "OPERATIONAL"
    TACTICAL = "TACTICAL"
    HUMANITARIAN = "HUMANITARIAN"
    TECHNICAL = "TECHNICAL"


class Function(StrEnum):
    """What a channel is used for: a suspension names functions, and exempts others."""

    FLIGHT_SAFETY = "FLIGHT_SAFETY"
    DISTRESS_SAR = "DISTRESS_SAR"
    INCIDENT_REPORT = "INCIDENT_REPORT"
    PROTECTED_SITE = "PROTECTED_SITE"
    LINE_CHECK = "LINE_CHECK"
    GROUND = "GROUND"
    HUMANITARIAN = "HUMANITARIAN"
    POLICY = "POLICY"
    COOPERATION = "COOPERATION"
    EXERCISES = "EXERCISES"
    VISITS = "VISITS"


# The functions whose messages are always received, whatever was suspended (the floor rule).
SAFETY = frozenset(
    {
        Function.FLIGHT_SAFETY,
        Function.DISTRESS_SAR,
        Function.INCIDENT_REPORT,
        Function.PROTECTED_SITE,
        Function.LINE_CHECK,
    }
)


class Mode(StrEnum):
    """Whether it is meant. Each mode has logs of its own, so one can never be taken for another."""

    ACTUAL = "ACTUAL"
    EXERCISE = "EXERCISE"
    TEST = "TEST"


class Precedence(StrEnum):
    """How soon somebody must have seen it (the names of military message handling, with times of our own)."""

    FLASH = "FLASH"
    IMMEDIATE = "IMMEDIATE"
    PRIORITY = "PRIORITY"
    ROUTINE = "ROUTINE"


class By(StrEnum):
    """Who spoke: a person on watch, or the node by itself. What only a person may say, no node may."""

    WATCH = "WATCH"
    MACHINE = "MACHINE"


class Role(StrEnum):
    """What an officer may do at a post."""

    RECEIVE = "RECEIVE"
    ANSWER = "ANSWER"
    AGREE = "AGREE"
    RELEASE = "RELEASE"
    AUDIT = "AUDIT"
