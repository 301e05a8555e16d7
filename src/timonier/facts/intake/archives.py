"""Files, gzip and zip as streams of bytes, refusing what is truncated or what unpacks beyond reason."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from timonier.errors import SourceError
from timonier.facts.intake.bytestream import ByteStream, Stored
from timonier.text import Text

MAX_RATIO = 100
RATIO_MATTERS_FROM = 10 << 20
MAX_MEMBERS = 1_000

_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile)


class _Reader:
    """Reads from `inner`; `counted` is the stream whose place is the progress."""

    def __init__(self, inner: BinaryIO, counted: BinaryIO, where: str, *, packed: bool) -> None:
        self._inner = inner
        self._counted = counted
        self._where = where
        self._packed = packed
        self._given = 0

    def read(self, size: int, /) -> bytes:
        try:
            block = self._inner.read(size)
        except _DAMAGED:
            raise truncated(self._where) from None
        self._given += len(block)
        if self._packed and self._given > RATIO_MATTERS_FROM and self._given > MAX_RATIO * self._counted.tell():
            raise bomb(self._where)
        return block

    def tell_source(self) -> int:
        return self._counted.tell()


def truncated(where: str) -> SourceError:
    """An archive that ends too soon, or whose checksum is wrong."""
    return SourceError(
        Text(
            "the archive is truncated or damaged. Copy or download it again.",
            "l’archive est tronquée ou abîmée. Copiez-la ou téléchargez-la de nouveau.",
        ),
        where=where,
    )


def bomb(where: str) -> SourceError:
    """An archive that unpacks to more than a hundred times its size."""
    return SourceError(
        Text(
            f"the archive unpacks to more than {MAX_RATIO} times its size, as booby-trapped files do. If you "
            "trust "
            "it, unpack it yourself and give the unpacked file.",
            f"l’archive se décompresse en plus de {MAX_RATIO} fois sa taille, comme le font les fichiers "
            "piégés. Si "
            "vous lui faites confiance, décompressez-la vous-même et donnez le fichier obtenu.",
        ),
        where=where,
    )


def plain(path: Path) -> Stored:
    """A file as it is."""

    @contextmanager
    def opened() -> Iterator[ByteStream]:
        with path.open("rb") as file:
            yield _Reader(file, file, path.name, packed=False)

    return Stored(path, path.name, path.stat().st_size, opened)


def gzipped(path: Path) -> Stored:
    """The one stream of a .gz file; progress counts compressed bytes."""

    @contextmanager
    def opened() -> Iterator[ByteStream]:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as unpacked:
            yield _Reader(cast("BinaryIO", unpacked), file, path.name, packed=True)

    return Stored(path, path.name, path.stat().st_size, opened, packed=True)


def zipped(path: Path) -> list[Stored]:
    """The members of a zip by name; raises SourceError for a bomb, a nested or locked zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not _is_noise(one)]
    except _DAMAGED:
        raise truncated(path.name) from None
    check_directory(members, path.name)
    return [_member(path, one) for one in sorted(members, key=lambda one: one.filename)]


def check_directory(members: list[zipfile.ZipInfo], where: str, most: int | None = None) -> None:
    """Judges a zip by its directory alone, before a byte is unpacked. `most`: limit on the unpacked total."""
    total = sum(one.file_size for one in members)
    packed = max(sum(one.compress_size for one in members), 1)
    if (total > RATIO_MATTERS_FROM and total > MAX_RATIO * packed) or (most is not None and total > most):
        raise bomb(where)
    if len(members) > MAX_MEMBERS:
        raise SourceError(
            Text(
                f"the archive holds {len(members):,} files: the limit is {MAX_MEMBERS:,}.",
                f"l’archive contient {len(members)} fichiers : la limite est de {MAX_MEMBERS}.",
            ),
            where=where,
        )
    for one in members:
        if one.filename.lower().endswith((".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".tgz")):
            raise SourceError(
                Text(
                    f"an archive inside the archive ({one.filename}) is not opened. Unpack it and give its files.",
                    f"une archive dans l’archive ({one.filename}) n’est pas ouverte. Décompressez-la et "
                    "donnez ses "
                    "fichiers.",
                ),
                where=where,
            )
        if one.flag_bits & 1:
            raise SourceError(
                Text(
                    f"{one.filename} is protected by a password. Unpack it and give the file.",
                    f"{one.filename} est protégé par un mot de passe. Décompressez-le et donnez le fichier.",
                ),
                where=where,
            )


def _is_noise(member: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS leaves in a zip."""
    name = member.filename
    return member.is_dir() or name.startswith("__MACOSX/") or Path(name).name.startswith(".")


def _member(path: Path, member: zipfile.ZipInfo) -> Stored:
    name = f"{path.name}/{member.filename}"

    @contextmanager
    def opened() -> Iterator[ByteStream]:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as unpacked:
                stream = cast("BinaryIO", unpacked)
                yield _Reader(stream, stream, name, packed=False)
        except _DAMAGED:
            raise truncated(name) from None

    return Stored(path, name, member.file_size, opened)
