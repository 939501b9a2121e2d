"""Whether a statement was said by as many persons as its kind needs: a rule on the statement alone.

The one idea: what only a person may say counts for nothing if a machine said it, whoever looks and whatever else was
said; so the ledger itself leaves it out wherever it would change what is the case.
"""

from clearline.line.statement import Refused, Said
from clearline.line.terms import By, Precedence

__all__ = ["RULES", "accept_persons"]

RULES = {
    "P1": "what only a person may say needs a person",
    "P2": "a formal statement needs a second person's release, but for FLASH",
}


def accept_persons(said: Said) -> Refused | None:
    """Why a statement is void for want of a person; None if it stands. It depends on the statement alone."""
    header, body = said.header, said.body
    if header.by is By.MACHINE and (body.by_person_only or body.formal):
        return Refused("P1", RULES["P1"])
    outgoing = header.addressee != header.author
    if outgoing and body.formal and header.precedence is not Precedence.FLASH and header.released_by is None:
        return Refused("P2", RULES["P2"])
    return None
