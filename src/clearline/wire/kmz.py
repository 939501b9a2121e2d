"""The one document inside a KMZ archive, unpacked within bounds.

The one idea: nothing in the archive's own directory is trusted. The names are looked at, never used as paths; the
sizes are counted while the bytes come out.
"""

import io
import zipfile
import zlib

from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES

__all__ = ["unpack_kmz"]

MAX_MEMBERS = 10_000
# Deflate can reach 1032:1 on one repeated byte; KML of real plans was packed 8:1 to 25:1.
MAX_RATIO = 200
_SMALL = 1 << 20
_PIECE = 1 << 16
_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError, OverflowError)


def unpack_kmz(data: bytes, *, source: str) -> bytes:
    """The KML document of a KMZ. Raises MalformedError.

    An archive holds one: more than one .kml, a name that climbs out of the archive, an encrypted or oddly packed
    member, or one that unpacks to more than MAX_BYTES or 200 times its size is refused.
    """
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "size", f"it is {len(data)} bytes long", f"split it: at most {MAX_BYTES} are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive, _document(archive, source), source)
    except MalformedError:
        raise
    except _FAULTS as error:
        raise MalformedError(source, "archive", f"it is not a sound zip archive ({error})", "pack it again") from error


def _document(archive: zipfile.ZipFile, source: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise MalformedError(source, "archive", f"it has {len(members)} members", f"at most {MAX_MEMBERS} are read")
    for member in members:
        name = member.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise MalformedError(source, "archive", f"the name {name[:80]!r} leads out of the archive", "pack it again")
    documents = [member for member in members if member.filename.lower().endswith(".kml")]
    if len(documents) != 1:
        names = ", ".join(member.filename[:40] for member in documents[:5]) or "none"
        raise MalformedError(
            source,
            "archive",
            f"it holds {len(documents)} KML documents ({names})",
            "pack one, or give them as .kml files",
        )
    return documents[0]


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> bytes:
    if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise MalformedError(source, member.filename[:80], "it is encrypted or oddly packed", "pack it plainly")
    most = min(MAX_BYTES, max(_SMALL, MAX_RATIO * member.compress_size))
    pieces: list[bytes] = []
    size = 0
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most:
                raise MalformedError(source, member.filename[:80], f"it unpacks to more than {most} bytes", "split it")
            pieces.append(piece)
    return b"".join(pieces)
