"""One request of an officer, answered: the route found, the role asked, the rule asked, the statement said.

The one idea: the same answer whether it comes over HTTP or from a command on a node that is stopped; so there is one
table of routes, one of statuses, and no handler of its own for anything.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from clearline.edge.officer_acts import ACTS, Act, Ask
from clearline.edge.officer_look import File, Look, View
from clearline.edge.officer_port import OfficerPort
from clearline.edge.officer_views import VIEWS
from clearline.line.card import Card
from clearline.line.ladder import NOT_APPROVAL, Answer, Disseminated, ReadBack, Seen
from clearline.line.ledger import Ledger
from clearline.line.release import Draft, decide_draft
from clearline.line.statement import Actor, Body, Refused, Said, Utterance
from clearline.line.terms import Mode, Role
from clearline.wire.errors import MalformedError
from clearline.wire.icalendar import Method, read_invitation
from clearline.wire.json_text import Json, parse_json
from clearline.wire.officer_json import Wish, read_wish, shown, shown_said
from clearline.wire.packet import Packet, write_packet

__all__ = ["MAX_REQUEST_BYTES", "ROUTES", "STATUSES", "Answered", "OfficerDesk", "RouteRow"]

MAX_REQUEST_BYTES = 2**20
_PREFIX = re.compile(r"[0-9a-f]{6,64}", re.ASCII)

# Why an officer's request is not done, and what HTTP says for it. A rule of the line is 409: the request was
# understood, and the state of things forbids it.
STATUSES = {"ROLE": 403, "ROUTE": 404, "RECORD": 404, "PEER": 404, "BEHIND": 503, "FORKED": 503, "MALFORMED": 400}
_BY_RULE = 409


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: an HTTP status, a media type, bytes. `peer` is a card that was imported by it."""

    status: int
    media: str
    data: bytes
    peer: Card | None = None

    def json(self) -> Json:
        """The answer as JSON; only where that is its media type."""
        return parse_json(self.data, source="answer")


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route: method, path, the one role it needs, and a line on what it does."""

    method: str
    path: str
    role: Role
    summary: str


_FILES_IN = (
    RouteRow("POST", "/packets", Role.RECEIVE, "Take in a packet file"),
    RouteRow("POST", "/calendar", Role.ANSWER, "Answer a talk by a calendar message"),
    RouteRow("POST", "/peers", Role.RELEASE, "Import a peer's card, its fingerprint compared by voice"),
)

ROUTES = (
    *(RouteRow("GET", view.path, view.role, view.summary) for view in VIEWS),
    *(RouteRow("POST", act.path, act.role, act.summary) for act in ACTS),
    *_FILES_IN,
)


class OfficerDesk:
    """Answers officers. Safe to use from several threads."""

    def __init__(self, node: OfficerPort) -> None:
        self._node = node

    def answer(self, method: str, path: str, query: Mapping[str, str], data: bytes, actor: Actor) -> Answered:
        """Answer one request; `path` begins after /api/v1."""
        found = _route(method, path)
        if found is None:
            return _refused(Refused("ROUTE", f"there is no {method} {path[:120]}"))
        row, word = found
        if row.role not in actor.roles:
            return _refused(Refused("ROLE", f"{row.summary}: this needs the role {row.role}"))
        try:
            mode = _mode(query)
            if method == "GET":
                asked = {name: value for name, value in query.items() if name != "mode"}
                return self._show(_views()[row.path], word, asked, mode, actor)
            if row in _FILES_IN:
                return self._take_file(row.path, data, mode, actor)
            return self._act(_acts()[row.path], word, data, mode, actor)
        except MalformedError as error:
            return _refused(Refused("MALFORMED", str(error)))

    def _show(self, view: View, word: str, query: Mapping[str, str], mode: Mode, actor: Actor) -> Answered:
        _check_query(view, query)
        if "peer" in query and query["peer"] not in {card.party for card in self._node.peers()}:
            return _refused(Refused("PEER", f"there is no peer {query['peer'][:80]!r}: import its card first"))
        with self._node.reading(mode) as ledger:
            about = _find(ledger, word, view.about) if view.about is not None else None
            if isinstance(about, Refused):
                return _refused(about)
            void = self._node.void(mode)
            found = view.show(Look(self._node, mode, ledger, void, actor, query, about, word, self._node.now_ms()))
        if isinstance(found, Refused):
            return _refused(found)
        return Answered(200, found.media, found.data) if isinstance(found, File) else _json(200, found)

    def _act(self, act: Act, word: str, data: bytes, mode: Mode, actor: Actor) -> Answered:
        wish = read_wish(parse_json(data, source="request") if data.strip() else {}, act.body)
        with self._node.reading(mode) as ledger:
            about = _find(ledger, word, act.about) if act.about is not None else None
            if isinstance(about, Refused):
                return _refused(about)
            ask = Ask(self._node, mode, ledger, actor, wish, about, self._node.now_ms())
            decided = act.decide(ask)
            if isinstance(decided, Refused):
                return _refused(decided)
            return self._say(act, decided, ask)

    def _say(self, act: Act, decided: tuple[Utterance, ...], ask: Ask) -> Answered:
        releases = act.about is Draft and act.body is None
        if releases:
            # The statement is its author's, under both pseudonyms; it goes out with the release or not at all.
            header = ask.thing.header
            author = Actor(header.post, header.person, frozenset())
            release, out = decided
            said = self._node.say_released(release, out, mode=ask.mode, author=author, released_by=ask.actor)
        else:
            meant = _drafted([_as_wished(one, ask.wish) for one in decided], ask)
            if isinstance(meant, Refused):
                return _refused(meant)
            by_machine = all(not one.body.by_person_only for one in meant) and act.body is None
            said = self._node.say_all(meant, mode=ask.mode, actor=None if by_machine else ask.actor)
        if isinstance(said, Refused):
            return _refused(said)
        return _json(201, _said_answer(said, released=releases))

    def _take_file(self, path: str, data: bytes, mode: Mode, actor: Actor) -> Answered:
        if path == "/packets":
            found = self._node.take(data)
            return _refused(found) if isinstance(found, Refused) else _json(200, _taken(found))
        if path == "/peers":
            card = self._node.import_card(data)
            if isinstance(card, Refused):
                return _refused(card)
            return replace(_json(201, {"party": card.party}), peer=card)
        return self._by_calendar(data, mode, actor)

    def _by_calendar(self, data: bytes, mode: Mode, actor: Actor) -> Answered:
        """A reply, counter or refusal that came as a calendar message becomes the statement that it means."""
        message = read_invitation(data, source="calendar message")
        window: Json = {"start_ms": message.start_ms, "end_ms": message.end_ms}
        path, body = "/talks/{id}/reply", dict[str, Json]()
        match message.method, message.accepted:
            case Method.REPLY, True:
                body = {"accepts": True, "windows": [window]}
            case (Method.REPLY, False) | (Method.DECLINECOUNTER, None):
                path, body = "/talks/{id}/decline", {"reason": "declined by calendar message"}
            case Method.COUNTER, None:
                body = {"accepts": False, "windows": [window]}
            case Method.CANCEL, None:
                path, body = "/talks/{id}/withdraw", {"reason": "cancelled by calendar message"}
            case _:
                return _refused(Refused("CALENDAR", "ask for a talk here: a request by calendar message names no post"))
        text = json.dumps({"body": body}).encode()
        return self._act(_acts()[path], message.record_id, text, mode, actor)


def _drafted(utterances: list[Utterance], ask: Ask) -> list[Utterance] | Refused:
    """What the two-person rule makes of each."""
    found: list[Utterance] = []
    for utterance in utterances:
        decided = decide_draft(utterance, ask.actor, ask.ledger)
        if isinstance(decided, Refused):
            return decided
        found.extend(decided)
    return found


def _as_wished(utterance: Utterance, wish: Wish) -> Utterance:
    """With what the officer chose of the header; what was not chosen stays as the rule gave it."""
    return replace(
        utterance,
        precedence=wish.precedence or utterance.precedence,
        valid_from_ms=utterance.valid_from_ms if wish.valid_from_ms is None else wish.valid_from_ms,
        valid_until_ms=utterance.valid_until_ms if wish.valid_until_ms is None else wish.valid_until_ms,
        lang=wish.lang,
        phrase=wish.phrase,
    )


def _said_answer(said: list[Said], *, released: bool) -> Json:
    waits = any(isinstance(one.body, Draft) for one in said)
    acknowledges = any(isinstance(one.body, Seen | ReadBack | Disseminated | Answer) for one in said)
    note = "Waiting for a second person's release." if waits else NOT_APPROVAL if acknowledges else ""
    shown_all: list[Json] = [dict(shown_said(one, None)) for one in said]
    return {"said": shown_all, "waits": waits, "released": released, "note": note}


def _taken(answer: Packet) -> Json:
    return {
        "peer": answer.addressee,
        "refused": shown(answer.refused),
        "answer_bytes": len(write_packet(answer)),
        "owed": answer.brings,
    }


def _find(ledger: Ledger, word: str, kind: type[Body]) -> Said | Refused:
    """The one statement of a kind whose record identifier begins so."""
    if not _PREFIX.fullmatch(word):
        return Refused("RECORD", "name a record by six or more of the hexadecimal digits it begins with")
    whole = ledger.get(word)
    found = [whole] if whole else [said for said in ledger if said.record_id.startswith(word)]
    fitting = [said for said in found if isinstance(said.body, kind)]
    if len(fitting) != 1:
        what = "nothing" if not fitting else f"{len(fitting)} records"
        noun = "of that kind " if found and not fitting else ""
        return Refused("RECORD", f"{what} {noun}begins with {word}")
    return fitting[0]


def _check_query(view: View, query: Mapping[str, str]) -> None:
    if "**" in view.query:
        return
    allowed = {name.rstrip("*") for name in view.query}
    odd = sorted(set(query) - allowed)
    if odd:
        raise MalformedError("request", "query", f"no such parameter: {', '.join(odd)[:80]}", "leave it out")
    for name in view.query:
        if name.endswith("*") and not query.get(name.rstrip("*")):
            raise MalformedError("request", "query", f"{name.rstrip('*')} is missing", "name it")
    for name in ("from_ms", "until_ms", "most"):
        if name in query and not re.fullmatch(r"\d{1,15}", query[name]):
            raise MalformedError("request", f"query.{name}", "it is not a whole number", "give one")


def _mode(query: Mapping[str, str]) -> Mode:
    word = query.get("mode", Mode.ACTUAL.value)
    if word not in {mode.value for mode in Mode}:
        raise MalformedError("request", "query.mode", f"{word[:40]!r} is no mode", "use ACTUAL, EXERCISE or TEST")
    return Mode(word)


@cache
def _views() -> Mapping[str, View]:
    return {view.path: view for view in VIEWS}


@cache
def _acts() -> Mapping[str, Act]:
    return {act.path: act for act in ACTS}


def _route(method: str, path: str) -> tuple[RouteRow, str] | None:
    """The row a request is for, and what stands for the name in its path."""
    parts = path.split("/")
    for row in ROUTES:
        own = row.path.split("/")
        if row.method == method and len(own) == len(parts):
            pairs = list(zip(own, parts, strict=True))
            if all(mine == theirs or (mine.startswith("{") and theirs) for mine, theirs in pairs):
                return row, next((theirs for mine, theirs in pairs if mine.startswith("{")), "")
    return None


def _refused(refused: Refused) -> Answered:
    return _json(STATUSES.get(refused.rule, _BY_RULE), {"rule": refused.rule, "why": refused.why})


def _json(status: int, value: Json) -> Answered:
    return Answered(status, "application/json", json.dumps(value, ensure_ascii=False).encode())
