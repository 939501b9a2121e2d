"""Everything an officer can be shown, one row each: the path, the role it needs, and what is worked out for it.

The one idea: what is shown is worked out when it is asked for, from the statements and the time; what is missing is
there as null, never left out and never filled in.
"""

from clearline.edge.officer_files import bundle_file, calendar_file, card_file, feed_file, packet_file, trust_file
from clearline.edge.officer_look import Look, View
from clearline.line.asking import BUDGET, Query, patterns
from clearline.line.board import open_items
from clearline.line.call import CallNote
from clearline.line.card import card_fingerprint
from clearline.line.circuit import warned_on
from clearline.line.clocks import running
from clearline.line.dossier import dossier
from clearline.line.first_reply import first_reply
from clearline.line.incident import Incident, facts, incident_state
from clearline.line.ladder import NOT_APPROVAL, ladder
from clearline.line.minutes import follow_up_state, follow_ups, points, record_state
from clearline.line.navigation import place_in_doubt
from clearline.line.notice import Notice, given_words, key_fields, standing
from clearline.line.observed import next_check_from_ms, next_check_ms
from clearline.line.parameters import in_force
from clearline.line.phrase import LANGUAGES, PhraseError, plain, render, slots_of
from clearline.line.phrase_table import PHRASES
from clearline.line.proof import NO_RECEIPT, describe_journey, describe_witnessing
from clearline.line.proposal import NOT_AGREEMENT, Proposal, proposal_state, proposals
from clearline.line.readout import compare, readouts
from clearline.line.release import drafts_waiting
from clearline.line.statement import Body, Refused, Said
from clearline.line.talk import TalkRequest, talk, talks
from clearline.line.terms import Mode, Role
from clearline.wire.card_json import write_card
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown, shown_said
from clearline.wire.words import instant

__all__ = ["VIEWS"]


def _me(look: Look) -> Json:
    return {
        "party": look.node.own,
        "post": look.actor.post,
        "person": look.actor.person,
        "roles": shown(look.actor.roles),
        "now_ms": look.now_ms,
        "position": look.node.position(),
        "modes": [mode.value for mode in Mode],
    }


def _peers(look: Look) -> Json:
    cards = [look.node.card, *look.node.peers()]
    rows: list[Json] = [
        {
            "party": card.party,
            "names": shown(card.names),
            "routes": shown(card.routes),
            "languages": shown(card.languages),
            "coverage": card.coverage,
            "fingerprint": card_fingerprint(write_card(card)),
            "own": card.party == look.node.own,
            "standing": shown(look.node.standing(card.party, look.mode)),
        }
        for card in cards
    ]
    return rows


def _board(look: Look) -> Json:
    found = look.node.board(look.query["peer"], look.mode)
    board = shown(found)
    assert isinstance(board, dict)
    more: dict[str, Json] = {
        "notices": [_notice_row(look, said) for said, _ in found.notices],
        "open_items": shown(open_items(found)),
        "clocks": shown(running(found)),
        "next_checks_ms": {
            found.own: next_check_ms(look.ledger, found.peer, look.now_ms),
            found.peer: next_check_from_ms(found.peer, found.own, look.now_ms),
        },
        "standing": shown(look.node.standing(found.peer, look.mode)),
        "parameters": shown(in_force(look.ledger, found.peer)),
        "witnessing": _witnessing(look, found.peer),
        "not_approval": NOT_APPROVAL,
        "not_agreement": NOT_AGREEMENT,
    }
    return board | more


def _witnessing(look: Look, peer: str) -> str:
    found = look.node.witnessing(peer, look.mode)
    times = () if found is None else (found.covered_ms, found.since_ms)
    return describe_witnessing(found, {at_ms: instant(at_ms) for at_ms in times if at_ms is not None})


def _notice_row(look: Look, said: Said) -> Json:
    climbed, warned = ladder(look.ledger, said), warned_on(look.ledger, said)
    return {
        "said": _one(look, said),
        "ladder": shown(climbed),
        "standing": standing(look.ledger, said, look.now_ms).value,
        "key_fields": shown(key_fields(said)),
        "given": given_words(climbed.given_ms),
        "circuit": None if warned is None else warned.words,
    }


def _one(look: Look, said: Said) -> Json:
    return shown_said(said, look.void.get(said.record_id))


def _statements(look: Look) -> Json:
    kind, peer, most = look.query.get("kind"), look.query.get("peer"), look.time_ms("most") or 200
    found = [
        said
        for said in look.ledger
        if (kind is None or said.body.kind == kind)
        and (peer is None or peer in (said.header.author, said.header.addressee))
    ]
    return [shown_said(said, look.void.get(said.record_id)) for said in found[-min(most, 1_000) :]]


def _statement(look: Look) -> Json:
    about = [_one(look, said) for said in look.ledger.referring(look.thing.record_id)]
    return {"said": _one(look, look.thing), "about": about}


def _drafts(look: Look) -> Json:
    return [_one(look, said) for said, _ in drafts_waiting(look.ledger)]


def _notices(look: Look) -> Json:
    """Void ones too: a warning that nobody released is still a warning, and shows the rule it breaks."""
    peer = look.query.get("peer")
    return [
        _notice_row(look, said)
        for said, _ in look.ledger.ever(Notice)
        if peer is None or peer in (said.header.author, said.header.addressee)
    ]


def _notice(look: Look) -> Json:
    return _notice_row(look, look.thing)


def _talks(look: Look) -> Json:
    return [shown(one) for one in talks(look.ledger, look.now_ms)]


def _talk(look: Look) -> Json:
    record_id = look.thing.record_id
    state, record = record_state(look.ledger, record_id)
    found = talk(look.ledger, look.thing, look.now_ms)
    return {
        "talk": shown(found),
        "durations_ms": {
            party: found.duration_ms(party) for party in (look.thing.header.author, look.thing.header.addressee)
        },
        "points": [
            {"point": shown(view.point), "stances": shown(view.stances), "converges": view.converges}
            for view in points(look.ledger, record_id)
        ],
        "follow_ups": [
            {"said": shown(said), "state": follow_up_state(look.ledger, said, look.now_ms).value}
            for said, _ in follow_ups(look.ledger, record_id)
        ],
        "record": {"state": state.value, "latest": shown(record)},
        "first_reply": shown(first_reply(look.ledger, look.thing)),
    }


def _comparison(look: Look) -> Json:
    record_id = look.thing.record_id
    return {
        "readouts": [_one(look, said) for said, _ in readouts(look.ledger, record_id)],
        "differences": shown(compare(look.ledger, record_id)),
    }


def _proposals(look: Look) -> Json:
    found = proposals(look.ledger, look.now_ms)
    return [{"said": _one(look, said), "state": state.value, "note": NOT_AGREEMENT} for said, state in found]


def _proposal(look: Look) -> Json:
    state = proposal_state(look.ledger, look.thing, look.now_ms)
    return {"said": _one(look, look.thing), "state": state.value, "note": NOT_AGREEMENT}


def _incidents(look: Look) -> Json:
    return [
        {"said": _one(look, said), "state": incident_state(look.ledger, said, look.now_ms).value}
        for said, _ in look.ledger.of(Incident)
    ]


def _incident(look: Look) -> Json:
    body = look.thing.body
    assert isinstance(body, Incident)
    views = facts(look.ledger, look.thing.record_id)
    state = incident_state(look.ledger, look.thing, look.now_ms)
    return {
        "said": _one(look, look.thing),
        "state": state.value,
        "place_in_doubt": place_in_doubt(look.ledger, body),
        "agreed": shown([view for view in views if view.agreed]),
        "other": shown([view for view in views if not view.agreed]),
    }


def _queries(look: Look) -> Json:
    asked = [_one(look, said) for said, _ in look.ledger.of(Query)]
    return {"asked": asked, "patterns": shown(patterns(look.ledger)), "budget_a_day": BUDGET}


def _calls(look: Look) -> Json:
    peer = look.query.get("peer")
    found = [said for said, note in look.ledger.of(CallNote) if peer is None or note.peer == peer]
    return [shown(said) for said in found]


def _journey(look: Look) -> Json | Refused:
    found = look.node.journey(look.thing.record_id)
    if found is None:
        return Refused("JOURNEY", "only what this party said itself has a way to the other side that can be shown here")
    times = [found.logged_ms, found.witnessed_ms, found.receipt_ms, found.cosigned_ms, *(ms for _, ms in found.offered)]
    words = describe_journey(found, {ms: instant(ms) for ms in times if ms is not None})
    return {"journey": shown(found), "sent": words[0], "made_available": words[1], "received": words[2]}


def _dossier(look: Look) -> Json:
    end_ms = look.time_ms("until_ms") or look.now_ms
    start_ms = look.time_ms("from_ms") or 0
    return shown(dossier(look.ledger, look.query["peer"], start_ms, end_ms, look.now_ms))


def _phrases(look: Look) -> Json:
    lang = look.query.get("lang", "en")
    texts = {"ru": "ru", "ar": "ar"}.get(lang, "en")
    return [
        {
            "code": one.code,
            "core": one.core,
            "text": str({"en": one.en, "ru": one.ru, "ar": one.ar}[texts]),
            "replies": list(one.replies),
            "slots": list(slots_of(one.code)),
        }
        for one in PHRASES
    ]


def _phrase(look: Look) -> Json | Refused:
    slots = {name: value for name, value in look.query.items() if name != "lang"}
    langs = [look.query["lang"]] if look.query.get("lang") else list(LANGUAGES)
    try:
        found = {lang: render(look.word, lang, **slots) for lang in langs}
    except PhraseError as error:
        return Refused("PHRASE", str(error))
    return {"code": look.word, "texts": dict(found), "plain": {lang: plain(text) for lang, text in found.items()}}


def _faults(look: Look) -> Json:
    return [{"what": what, "why": why} for what, why in look.node.faults()]


def _words(look: Look) -> Json:
    del look
    return {"not_approval": NOT_APPROVAL, "not_agreement": NOT_AGREEMENT, "no_receipt": NO_RECEIPT}


_R, _U = Role.RECEIVE, Role.AUDIT

VIEWS = (
    View("/me", _R, None, (), _me, "Who I am here, and what I may do"),
    View("/peers", _R, None, (), _peers, "The own card and the peers', with fingerprints"),
    View("/card", _R, None, (), card_file, "The own card, as the file to hand over"),
    View("/board", _R, None, ("peer*",), _board, "The board for one peer"),
    View("/statements", _R, None, ("peer", "kind", "most"), _statements, "Statements, newest last"),
    View("/statements/{id}", _R, Body, (), _statement, "One statement and what was said about it"),
    View("/drafts", _R, None, (), _drafts, "Drafts that wait for a second person"),
    View("/notices", _R, None, ("peer",), _notices, "Notices with their ladders"),
    View("/notices/{id}", _R, Notice, (), _notice, "One notice with its ladder and key fields"),
    View("/talks", _R, None, (), _talks, "Talks and their states"),
    View("/talks/{id}", _R, TalkRequest, (), _talk, "One talk: clocks, points, follow-ups, record"),
    View("/talks/{id}/readouts", _R, TalkRequest, (), _comparison, "Both readouts and how they differ"),
    View("/talks/{id}/calendar", _R, TalkRequest, (), calendar_file, "The talk as a calendar message"),
    View("/proposals", _R, None, (), _proposals, "Proposals and their states"),
    View("/proposals/{id}", _R, Proposal, (), _proposal, "One proposal"),
    View("/incidents", _R, None, (), _incidents, "Incidents and their states"),
    View("/incidents/{id}", _R, Incident, (), _incident, "One incident: facts agreed, facts in dispute"),
    View("/queries", _R, None, (), _queries, "Questions asked by either side, and patterns in them"),
    View("/calls", _R, None, ("peer",), _calls, "The call log"),
    View("/journeys/{id}", _R, Body, (), _journey, "Proved sent, made available, received: kept apart"),
    View("/phrases", _R, None, ("lang",), _phrases, "The phrase catalogue"),
    View("/phrases/{code}", _R, None, ("**",), _phrase, "A phrase with its slots filled, in three languages"),
    View("/words", _R, None, (), _words, "The sentences that are always said in the same words"),
    View("/readouts.atom", _R, None, (), feed_file, "Published readouts as a feed"),
    View("/dossier", _U, None, ("peer*", "from_ms", "until_ms"), _dossier, "A period in figures"),
    View(
        "/bundle",
        _U,
        None,
        ("peer*", "records", "from_ms", "until_ms"),
        bundle_file,
        "A bundle for an outsider",
    ),
    View("/trust", _U, None, ("peer",), trust_file, "The keys a bundle is verified with"),
    View("/packet", _R, None, ("peer*",), packet_file, "All that a peer lacks, as a file"),
    View("/faults", _U, None, (), _faults, "What could not be read, or was never applied"),
)
