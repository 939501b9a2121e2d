"""Areas for a notice, from a file in any format or from a place, heights and times that were typed.

The one idea: the readers are those of `clearline check`, so a place is refused here for the same reasons as there.
"""

from clearline.cli.refusal import refuse, refusing
from clearline.wire.json_text import Json

__all__ = ["areas_of"]


def areas_of(
    *,
    plan: str | None,
    place: str | None,
    radius_m: float | None,
    lower: str,
    upper: str,
    start_ms: int | None,
    end_ms: int | None,
    open_ended: bool,
) -> list[Json]:
    """The areas as members of a notice; none where none was named. Ends the command where they cannot be read."""
    from clearline.line.area import area_of
    from clearline.wire.officer_json import shown

    if plan is not None and place is not None:
        refuse("give a file or a place, not both")
    if plan is None and place is None:
        return []
    if plan is not None:
        from clearline.app.check import parse_input, read_inputs
        from clearline.wire.reading import Supplied

        with refusing():
            _, activities = read_inputs([parse_input(plan)], Supplied())
        return [shown(area_of(volume)) for activity in activities for volume in activity.volumes]
    if radius_m is None or start_ms is None or (end_ms is None and not open_ended):
        refuse("with --at go --within (metres), --from and --until (or UFN)")
    return [_circle(place or "", radius_m, lower, upper, start_ms, end_ms)]


def _circle(place: str, radius_m: float, lower: str, upper: str, start_ms: int, end_ms: int | None) -> Json:
    from clearline.line.area import area_of
    from clearline.space.altitude import Band
    from clearline.space.notation import parse_position
    from clearline.space.shape import Circle
    from clearline.space.volume import Entered, Volume4D
    from clearline.space.window import TimeWindow
    from clearline.wire.altitudes import parse_altitude
    from clearline.wire.officer_json import shown

    try:
        position = parse_position(place)
        volume = Volume4D(
            Circle(position.place, radius_m),
            Band(parse_altitude(lower), parse_altitude(upper)),
            TimeWindow(start_ms, end_ms),
            position.uncertainty_m,
            Entered("command line", place, f"{lower} to {upper}", "", "", position.datum.name),
        )
    except ValueError as error:
        refuse(str(error))
    return shown(area_of(volume))
