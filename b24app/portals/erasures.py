"""What was erased, in a file outside the database: a backup that is put back does not know of it.

One line of JSON each, only ever appended. A portal stands in it by the hash of its member id, which
is random and 32 characters long, a person by their number there: the file tells nobody who it was.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from b24app.models import Portal

log = logging.getLogger(__name__)
# For who runs the server, and for the group that its processes may share.
_MODE = 0o640


class Kind(StrEnum):
    """What went: names and tokens of a portal, all that was known of it, or one person."""

    REMOVAL = "removal"
    PORTAL = "portal"
    PERSON = "person"


@dataclass(frozen=True)
class Erasure:
    """One line; `at` is the erasing's own time, `user_id` 0 but for a person."""

    kind: Kind
    portal: str
    at: datetime
    user_id: int = 0


def hash_of(portal: Portal) -> str:
    return hashlib.sha256(portal.member_id.encode()).hexdigest()


def note(kind: Kind, portal: Portal, *, at: datetime | None = None, user_id: int = 0) -> None:
    """Write down an erasing before it is committed; a file that fails stops none."""
    when = (at or timezone.now()).isoformat()
    line = json.dumps({"kind": kind, "portal": hash_of(portal), "user": user_id, "at": when})
    try:
        # A line that a full disk cut short spoils none after it.
        _append(f"\n{line}\n".encode())
    except OSError as error:
        log.error("an erasing is not written down in %s: %s", settings.ERASURES_FILE, error)


def trouble() -> str:
    """Why the file cannot be written, if it cannot; makes none, which might be somebody else's."""
    path = Path(settings.ERASURES_FILE)
    place = path if path.is_file() else path.parent
    may_write = os.access(place, os.W_OK) and not path.is_dir()
    return "" if may_write else f"nobody can write {path}"


def read(path: Path) -> tuple[list[Erasure], list[int]]:
    """The erasures in a file, and the numbers of lines that are none; raises OSError."""
    found, odd = [], []
    lines = path.read_text(errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            found.append(Erasure(Kind(said["kind"]), said["portal"], at, said["user"]))
        except (ValueError, KeyError, TypeError):
            odd.append(number)
    return found, odd


def _append(line: bytes) -> None:
    """On the disk before it returns; a line of one write is never mixed with another's."""
    file = os.open(settings.ERASURES_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
    try:
        if os.write(file, line) < len(line):
            raise OSError("it was cut short")
        os.fsync(file)
    finally:
        os.close(file)
