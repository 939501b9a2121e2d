"""The board: what is declared and what is observed, side by side, and every open item with its clock.

The one idea: what is missing is printed as missing; an empty place never stands for "nothing there".
"""

from collections.abc import Iterator

import click

from clearline.cli.answers import Row, clock
from clearline.cli.line_desk import Where, ask, kept, shown_id
from clearline.cli.refusal import say
from clearline.wire.words import aligned

__all__ = ["board_command", "board_lines"]


@click.command("board")
@click.argument("peer", required=False)
@ask
def board_command(where: Where, peer: str | None) -> None:
    """Show the board for PEER, or for every peer."""
    others = [row["party"] for row in kept(where.node.peers()) if not row["own"]]
    peers = [peer.lower()] if peer else others
    for name in peers:
        for line in board_lines(Row.of(kept(where.node.board(peer=name))), where.mode):
            say(f"{line}\n")
    if not peers:
        say("No peer: nobody's card was imported. This is not the same as nobody there.\n")


def board_lines(board: Row, mode: str) -> Iterator[str]:
    """A board as lines of text."""
    own, peer, now_ms = board.text("own").upper(), board.text("peer").upper(), board.number("now_ms")
    mark = "" if mode == "ACTUAL" else f"   *** {mode} ***"
    yield f"{own} - {peer}   {board.time('now_ms')}{mark}"
    if board.has("standing"):
        yield f"  !! {board.row('standing').text('why')}"
    seen = board.row("observation")
    since = f" since {seen.time('since_ms')}" if seen.has("since_ms") else ""
    yield f"  observed: {seen.text('state')}{since} ({seen.text('why')})"
    yield f"  minima both signed: {_minima(board)}"
    yield f"  own log: {board.text('witnessing')}"
    yield from _levels(board, own, peer)
    for title, lines in (
        ("suspensions", _suspensions(board)),
        ("on watch", _watches(board)),
        ("answers for", _coverage(board)),
        ("listens to", _circuits(board)),
        ("silence carried to the level above", _silences(board)),
        ("line checks to answer", (f"{shown_id(one)}  asked {one.time('logged_ms')}" for one in board.rows("checks"))),
        ("notices open", _notices(board, now_ms)),
        ("drafts waiting for release", (f"{shown_id(one)}  {_draft_words(one)}" for one in _firsts(board, "drafts"))),
        (
            "FLASH not confirmed",
            (f"{shown_id(one)}  sent {one.time('logged_ms')}" for one in board.rows("unconfirmed")),
        ),
        ("talks", _talks(board)),
        ("requests without a person's reply", _unreplied(board, now_ms)),
        ("agreed records to sign", (f"{shown_id(one)}  {state}" for one, state in _pairs(board, "records"))),
        ("conflicts", _conflicts(board)),
        ("proposals", (f"{shown_id(one)}  {state}" for one, state in _pairs(board, "proposals"))),
        ("follow-ups", (f"{shown_id(one)}  {state}  {_text(one)}" for one, state in _pairs(board, "follow_ups"))),
        ("incidents", (f"{shown_id(one)}  {state}  {_title(one)}" for one, state in _pairs(board, "incidents"))),
        ("void (in the log, does not count)", _void(board)),
    ):
        found = list(lines)
        yield f"  {title}: {'none' if not found else len(found)}"
        yield from (f"    {line}" for line in found)
    yield f"  {board.text('not_approval')} {board.text('not_agreement')}"


def _levels(board: Row, own: str, peer: str) -> Iterator[str]:
    """Each level: what either side declared, and what that permits for flight safety and for cooperation."""
    rows: list[tuple[str, ...]] = [("declared", own, peer, "flight safety", "cooperation")]
    for level in board.rows("levels"):
        both, permitted = level.row("declared"), level.row("permitted")
        states = [
            both.row(name).row("body").text("state") if both.has(name) else "nothing declared" for name in both.members
        ]  # fmt: skip
        words = [_permission(permitted.row(name)) for name in ("FLIGHT_SAFETY", "COOPERATION")]
        rows.append((level.text("level"), *states, *words))
    yield from (f"    {line}" for line in aligned(rows))
    for level in board.rows("levels"):
        if level.has("charter"):
            charter = level.row("charter").row("body")
            is_for, is_not = "; ".join(charter.texts("is_for")), "; ".join(charter.texts("is_not"))
            yield f"    {level.text('level')} is for: {is_for}. It is not: {is_not}."


def _minima(board: Row) -> str:
    if not board.has("parameters"):
        return "none; only meeting itself is found"
    one = board.row("parameters").row("body")
    lateral, vertical = one.number("lateral_mm") / 1000, one.number("vertical_mm") / 1000
    return f"{one.text('name')} {one.text('version')}: {lateral:g} m, {vertical:g} m, {one.number('time_ms') // 1000} s"


def _permission(permit: Row) -> str:
    word = {"PERMIT": "yes", "PERMIT_RECEIVE_ONLY": "received only", "REFUSE": "no"}[permit.text("permission")]
    return f"{word} ({permit.text('rule')})"


def _suspensions(board: Row) -> Iterator[str]:
    for one in _firsts(board, "suspensions"):
        order = one.row("body")
        levels = ", ".join(order.texts("levels")) or "all levels"
        ends = order.time("ends_ms", "until further notice")
        yield f"{shown_id(one)}  by {one.text('author')}: {levels}; {order.text('reason')}; ends {ends}"


def _silences(board: Row) -> Iterator[str]:
    for one in board.rows("silences"):
        level = one.row("body").text("to_level")
        yield f"{shown_id(one)}  to {level} by {one.text('author')}: line checks in a row not answered"


def _unreplied(board: Row, now_ms: int) -> Iterator[str]:
    for pair in board.items("unreplied"):
        assert isinstance(pair, list)
        one, reply = Row.of(pair[0]), Row.of(pair[1])
        told = f"; carried to {reply.row('missed').row('body').text('to_level')}" if reply.has("missed") else ""
        yield f"{shown_id(one)}  FIRST REPLY due {clock(reply.number('due_ms'), now_ms)}{told}"


def _watches(board: Row) -> Iterator[str]:
    watches = board.row("watches")
    for party in watches.members:
        found = watches.rows(party)
        for one in (row.row("body") for row in found):
            spoken = ", ".join(one.texts("languages") + [f"{lang} (interpreter)" for lang in one.texts("interpreters")])
            yield f"{party}: {one.text('post')} {one.text('level')}, speaks {spoken}, until {one.time('until_ms')}"
        if not found:
            yield f"{party}: nobody has said that a post is manned"


def _circuits(board: Row) -> Iterator[str]:
    circuits = board.row("circuits")
    for party in circuits.members:
        found = [row.row("body") for row in circuits.rows(party)]
        names = [f"{one.text('circuit')} until {one.time('until_ms', 'it says otherwise')}" for one in found]
        yield f"{party}: {', '.join(names) or 'no circuit but this line is confirmed'}"


def _coverage(board: Row) -> Iterator[str]:
    coverage = board.row("coverage")
    for party in coverage.members:
        if not coverage.has(party):
            yield f"{party}: has not said whose forces its answers speak for"
            continue
        one = coverage.row(party).row("body")
        not_covered = ", ".join(one.texts("not_covered"))
        yield f"{party}: {', '.join(one.texts('covered'))}" + (f"; not for {not_covered}" if not_covered else "")


def _notices(board: Row, now_ms: int) -> Iterator[str]:
    for row in board.rows("notices"):
        one, climbed = row.row("said"), row.row("ladder")
        notice = one.row("body")
        name = f"{notice.text('type')} {notice.text('subject')} {notice.text('title')}"
        yield f"{shown_id(one)}  {one.text('author')} {one.text('precedence')}: {name}"
        clocks = [
            f"{word} due {clock(climbed.number(member), now_ms)}"
            for word, member in (("SEEN", "seen_due_ms"), ("ANSWER", "answer_due_ms"))
            if climbed.has(member)
        ]
        top = climbed.text("top", "nothing proved yet")
        answer = climbed.row("answer").row("body").text("type") if climbed.has("answer") else "no answer"
        given = row.text("given")
        received = climbed.text("received")
        told = f"notice given: {given}" if given != received else given
        yield f"    {top}; {answer}; {told}" + "".join(f"; {one_clock}" for one_clock in clocks)


def _talks(board: Row) -> Iterator[str]:
    for row in board.rows("talks"):
        one = row.row("request")
        request = one.row("body")
        posts = f"{request.text('from_post')} to {request.text('to_post')}"
        yield f"{shown_id(one)}  {row.text('state')}  {request.text('level')}, asked by {one.text('author')}, {posts}"


def _conflicts(board: Row) -> Iterator[str]:
    for row in board.rows("conflicts"):
        first = row.time("first_ms", "a time nobody can tell")
        names = " and ".join(shown_id(one) for one in row.rows("notices"))
        differ = "" if len(row.row("found").members) < 2 else ", both engines have looked"
        yield f"{row.text('state')} between {names}, from {first}{differ}"


def _void(board: Row) -> Iterator[str]:
    for pair in board.items("void"):
        assert isinstance(pair, list)
        one, refused = Row.of(pair[0]), Row.of(pair[1])
        why = f"{refused.text('rule')} {refused.text('why')}"
        yield f"{shown_id(one)}  {one.text('kind')} by {one.text('author')}: {why}"


def _pairs(board: Row, name: str) -> Iterator[tuple[Row, str]]:
    for pair in board.items(name):
        assert isinstance(pair, list)
        yield Row.of(pair[0]), str(pair[1])


def _firsts(board: Row, name: str) -> Iterator[Row]:
    for pair in board.items(name):
        assert isinstance(pair, list)
        yield Row.of(pair[0])


def _draft_words(one: Row) -> str:
    draft = one.row("body")
    return f"{draft.row('body').text('kind')} to {draft.text('addressee')} by {one.text('person')}"


def _text(one: Row) -> str:
    return one.row("body").text("text")


def _title(one: Row) -> str:
    return one.row("body").text("title")
