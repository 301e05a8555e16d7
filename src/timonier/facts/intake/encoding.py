"""Which characters the bytes stand for: byte-order mark, else strict UTF-8, else Windows-1252.

The rule is applied to the whole stream before the first row is given, so a file is never read in two
encodings.
"""

import codecs
import hashlib
from collections.abc import Buffer, Iterator
from dataclasses import dataclass

from timonier.errors import SourceError
from timonier.facts.intake.bytestream import ByteStream, Stored, blocks
from timonier.text import Text

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CP1252 = "".join(bytes([code]).decode("cp1252", "replace") for code in range(256))
# Five bytes have no character in Windows-1252: like browsers, keep them as control characters, losing
# nothing.
_CP1252 = "".join(chr(code) if char == "\ufffd" else char for code, char in enumerate(_CP1252))
_SCAN = 1 << 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one pass over all the bytes tells. `start` is the length of the byte-order mark."""

    fingerprint: str
    encoding: str
    start: int
    notes: tuple[Text, ...] = ()


def scan(stored: Stored, encoding: str | None = None) -> Scanned:
    """Reads every byte once; raises SourceError if `encoding` does not fit."""
    digest = hashlib.sha256()
    asked = _known(encoding, stored.name) if encoding else None
    with stored.open() as stream:
        block = stream.read(_SCAN)
        marked, start = _mark(block)
        trial = _Trial(asked or marked or "utf-8")
        trial.feed(block[start:])
        digest.update(block)
        for block in blocks(stream, _SCAN):
            digest.update(block)
            trial.feed(block)
    trial.feed(b"", final=True)
    fingerprint = stored.fingerprint() if stored.packed else digest.hexdigest()
    if trial.failed_at is None:
        return Scanned(fingerprint, trial.encoding, start)
    if asked or marked:
        raise _does_not_fit(trial, start, stored.name)
    notes = (_mixed(trial),) if trial.accents else ()
    return Scanned(fingerprint, "cp1252", 0, notes)


def utf8_blocks(stream: ByteStream, scanned: Scanned, size: int) -> Iterator[bytes]:
    """The stream in UTF-8, without its byte-order mark. UTF-8 itself passes through untouched."""
    stream.read(scanned.start)
    if scanned.encoding in {"utf-8", "ascii"}:
        yield from blocks(stream, size)
        return
    decode = _decoder(scanned.encoding).decode
    for block in blocks(stream, size):
        yield decode(block, False).encode("utf-8")
    yield decode(b"", True).encode("utf-8")


class _Windows1252(codecs.IncrementalDecoder):
    """Windows-1252 with no hole in it."""

    def decode(self, input: Buffer, final: bool = False) -> str:  # noqa: A002, ARG002
        return codecs.charmap_decode(input, "strict", _CP1252)[0]


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    return _Windows1252() if encoding == "cp1252" else codecs.getincrementaldecoder(encoding)("strict")


class _Trial:
    """Tries one encoding over a stream. `accents`: characters beyond ASCII decoded before a failure."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.failed_at: int | None = None
        self.accents = 0
        self.lines = 0
        self._decoder = _decoder(encoding)
        self._always = encoding != "utf-8"
        self._fed = 0

    def feed(self, block: bytes, *, final: bool = False) -> None:
        if self.failed_at is not None:
            return
        kept = len(self._kept())
        if kept or self._always or final or not block.isascii():
            try:
                self.accents += len(block) - len(self._decoder.decode(block, final))
            except UnicodeDecodeError as error:
                self.failed_at = self._fed - kept + error.start
                block = block[: max(error.start - kept, 0)]
                self.accents += not block.isascii()
        self.lines += block.count(b"\n")
        self._fed += len(block)

    def _kept(self) -> bytes:
        """The beginning of a character cut by the end of a block."""
        return self._decoder.getstate()[0] if not isinstance(self._decoder, _Windows1252) else b""


def _mark(head: bytes) -> tuple[str | None, int]:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None, 0


def _known(encoding: str, where: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise SourceError(
            Text(
                f"the encoding “{encoding}” is unknown. Try utf-8, cp1252 or utf-16-le.",
                f"l’encodage « {encoding} » est inconnu. Essayez utf-8, cp1252 ou utf-16-le.",
            ),
            where=where,
        ) from None
    return {"utf-16": "utf-16-le", "utf-8-sig": "utf-8", "ascii": "utf-8"}.get(name, name)


def _does_not_fit(trial: _Trial, start: int, where: str) -> SourceError:
    place = (trial.failed_at or 0) + start
    return SourceError(
        Text(
            f"the byte at offset {place} (line {trial.lines + 1}) is not {trial.encoding}. Save the file "
            "again in "
            "UTF-8, or name its encoding.",
            f"l’octet à la position {place} (ligne {trial.lines + 1}) n’est pas en {trial.encoding}. "
            "Enregistrez de "
            "nouveau le fichier en UTF-8, ou indiquez son encodage.",
        ),
        where=where,
    )


def _mixed(trial: _Trial) -> Text:
    return Text(
        f"line {trial.lines + 1} is not valid UTF-8 although accents before it are: the file may mix two "
        "encodings. "
        "It is read as Windows-1252: check the accents.",
        f"la ligne {trial.lines + 1} n’est pas de l’UTF-8 valide alors que des accents le sont plus haut : "
        "le "
        "fichier mélange peut-être deux encodages. Il est lu en Windows-1252 : vérifiez les accents.",
    )
