"""Receiving files: written to disk as they come, never held in memory, stopped as soon as one is too large."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from timonier.errors import SourceError, StoreError, TimonierError
from timonier.facts.intake.scratch import disk_errors
from timonier.scorecard.words import megabytes
from timonier.text import Text, say
from timonier.web.intake import storage

FORM = 1 << 20  # bytes of a request that are not the file


class Received(UploadedFile):  # type: ignore[type-arg]
    """A file on the disk, under a draft name until a service adopts it; dropped at the end of the request if not."""

    def __init__(self, path: Path, name: str, size: int, sha256: str) -> None:
        super().__init__(None, name, "", size)
        self.path = path
        self.sha256 = sha256
        self.weight = size
        self.shown = storage.shown_name(name)

    def adopt(self) -> str:
        """Gives the file the name under which it stays, which is returned."""
        stored = storage.stored_name(self.shown)
        self.path.rename(storage.path_of(stored))
        return stored

    def close(self) -> None:
        self.path.unlink(missing_ok=True)


class ToDisk(FileUploadHandler):
    """Writes each file under `staging/uploads`. `refusal` says why it stopped, if it did."""

    chunk_size = 1 << 20

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.refusal: TimonierError | None = None
        self._path: Path | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._path = storage.draft()
        self._file = self._path.open("xb")
        self._told = hashlib.sha256()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  Django’s signature
        self._size += len(raw_data)
        if self._size > self.limit:
            self._stop(too_large(self.limit, storage.shown_name(self.file_name or "")))
        self._told.update(raw_data)
        try:
            with disk_errors(storage.folder()):
                self._file.write(raw_data)
        except StoreError as full:
            self._stop(full)

    def file_complete(self, file_size: int) -> Received | None:  # noqa: ARG002  Django’s signature
        if self._path is None:
            return None
        self._file.close()
        received = Received(self._path, self.file_name or "", self._size, self._told.hexdigest())
        self._path = None
        return received

    def upload_interrupted(self) -> None:
        self._drop()

    def _stop(self, why: TimonierError) -> None:
        self.refusal = why
        self._drop()
        raise StopUpload(connection_reset=True)

    def _drop(self) -> None:
        if self._path is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
            self._path = None


def check_announced(length: int, limit: int) -> None:
    """Refuses a request by the size that it announces, before a byte of it is kept. SourceError, StoreError."""
    if length > limit + FORM:
        raise too_large(limit)
    if length + storage.SPARE > shutil.disk_usage(storage.folder()).free:
        raise StoreError(
            Text("there is not enough room on the disk.", "il n’y a pas assez de place sur le disque."),
            hint=Text("Free some room, then send the file again.", "Libérez de la place, puis renvoyez le fichier."),
        )


def too_large(limit: int, where: str = "") -> SourceError:
    """The refusal of a file above the limit."""
    most = megabytes(limit) if limit < 1 << 30 else gigabytes(limit)
    return SourceError(
        Text(f"the file is too large: at most {most}.", f"le fichier est trop gros : {most} au plus."),
        where=where,
        hint=Text(
            "Compress it (.gz or .zip), cut it in several files, or load it with the command `timonier load`.",
            "Compressez-le (.gz ou .zip), découpez-le en plusieurs fichiers, ou chargez-le par la commande "
            "`timonier load`.",
        ),
    )


def gigabytes(size: int) -> str:
    """A size in GB, in the language in force."""
    from timonier import formats

    return f"{formats.number(size / (1 << 30), 0 if size % (1 << 30) == 0 else 1)}{formats.NBSP}" + say(
        Text("GB", "Go")
    )
