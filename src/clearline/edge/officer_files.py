"""What an officer can take away as a file: bundles, keys, packets, the card, calendar messages, the feed of readouts.

The one idea: a file says the same as the screen, in a form that others read without this program.
"""

from clearline.edge.officer_look import File, Look
from clearline.line.readout import published
from clearline.line.statement import Refused, Said
from clearline.line.talk import TalkRequest, talk
from clearline.wire.atom import write_feed
from clearline.wire.card_json import write_card
from clearline.wire.icalendar import Invitation, Method, write_invitation

__all__ = ["bundle_file", "calendar_file", "card_file", "feed_file", "packet_file", "trust_file"]


def calendar_file(look: Look) -> File | Refused:
    """The talk as a calendar message: its window, its posts, its agenda."""
    body = look.thing.body
    assert isinstance(body, TalkRequest)
    found = talk(look.ledger, look.thing, look.now_ms)
    window = found.window or next(iter(body.windows), None)
    if window is None:
        return Refused("CALENDAR", "the talk is for now: it has no window to put into a calendar")
    header = look.thing.header
    invitation = Invitation(
        Method.REQUEST,
        look.thing.record_id,
        len(look.ledger.about(look.thing.record_id)),
        look.now_ms,
        window.start_ms,
        window.end_ms,
        f"{header.author} {body.from_post}",
        f"{header.addressee} {body.to_post}",
        f"Talk {header.author} - {header.addressee} ({body.level})",
        body.agenda,
    )
    return File("text/calendar; charset=utf-8", write_invitation(invitation).encode())


def bundle_file(look: Look) -> File | Refused:
    """A bundle of records and of a period, for whoever was not there."""
    records = tuple(found.record_id for found in _named(look))
    found = look.node.bundle(look.query["peer"], look.mode, records, look.time_ms("from_ms"), look.time_ms("until_ms"))
    return found if isinstance(found, Refused) else File("application/json", found)


def _named(look: Look) -> list[Said]:
    wanted = [word for word in look.query.get("records", "").split(",") if word]
    found = [said for word in wanted for said in look.ledger if said.record_id.startswith(word)]
    return found[:1_000]


def trust_file(look: Look) -> File | Refused:
    """The keys of this party and its peers, or of one, to verify bundles with."""
    found = look.node.trust(look.query.get("peer"))
    return found if isinstance(found, Refused) else File("application/json", found)


def packet_file(look: Look) -> File:
    """All that a peer lacks, to be carried by hand."""
    data = look.node.packet(look.query["peer"])
    return File("application/vnd.clearline.packet+json", data)


def card_file(look: Look) -> File:
    """The own card, to hand over."""
    return File("application/json", write_card(look.node.card))


def feed_file(look: Look) -> File:
    """The readouts that may be shown outside, as an Atom feed."""
    found = published(look.ledger, look.now_ms)
    updated_ms = max([said.logged_ms for said, _ in found], default=look.now_ms)
    title = f"Readouts seen by {look.node.own}"
    text = write_feed(found, title=title, feed_id=f"urn:clearline:readouts:{look.node.own}", updated_ms=updated_ms)
    return File("application/atom+xml; charset=utf-8", text.encode())
