"""Forms to print before the network is gone: blank, or with a notice on it, to go by telephone, fax or courier.

The one idea: a blank form needs no node, as it is printed for the day when there is none.
"""

from pathlib import Path

import click

from clearline.cli.line_desk import Where, ask, kept, write_out
from clearline.cli.refusal import refuse
from clearline.edge.officer_answers import NoticeRow
from clearline.wire.form_page import NOTICE_FIELDS, acknowledgement_form, notice_form

__all__ = ["form_command"]

_SHORT = 10


@click.command("form")
@click.argument("what", type=click.Choice(["notice", "acknowledgement"]))
@click.option("--of", "record", metavar="NOTICE", help="With this notice on it; blank if not given.")
@click.option("--number", default="", help="The number of the form.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The page to write.")
@ask
def form_command(where: Where, what: str, record: str | None, number: str, out: Path) -> None:
    """Write the form of a notice or of an acknowledgement as a page to print.

    What was written on it is keyed in afterwards like anything else, and marked: clearline line transcribed. The form
    of an acknowledgement never has the values on it that are to be read back.
    """
    row = None if record is None else kept(where.node.notice(record))
    if what == "notice":
        page = notice_form({} if row is None else _filled(row), number=number)
    else:
        said = None if row is None else row["said"]
        subject = "" if row is None else _fields(row).get("subject", "")
        page = acknowledgement_form(record=said["record_id"][:_SHORT] if said else "", subject=subject, number=number)
    write_out(out, page.encode())


def _filled(row: NoticeRow) -> dict[str, str]:
    """What a form shows of a notice: its header, its key fields, its text."""
    said, fields = row["said"], _fields(row)
    if any(name[0].isdigit() for name in fields):
        refuse("a form has room for one area: print this notice with clearline line see")
    body = said["body"]
    told = {name.replace("_", " "): str(body[name]) for name in ("title", "text", "contact_post", "contact_callsign")}
    told |= {"level": str(body["level"]), "function": str(body["function"]), "given on circuit": str(body["circuit"])}
    told |= {"precedence": said["precedence"], "mode": said["mode"]}
    told |= {"from party": said["author"], "to party": said["addressee"]}
    changed = [link["to"][:_SHORT] for link in said["links"] if link["relation"] in ("UPDATES", "CANCELS")]
    told["changes or cancels"] = ", ".join(changed)
    holes = [value for name, value in fields.items() if name.startswith("without")]
    told["without"] = " / ".join(holes)
    return told | {name: value for name, value in fields.items() if name in (*NOTICE_FIELDS, "type")}


def _fields(row: NoticeRow) -> dict[str, str]:
    return {field["name"]: field["value"] for field in row["key_fields"]}
