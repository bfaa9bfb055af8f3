"""What has been installed already: a stamp holds the fingerprint of the files it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.steps import ROOT


def fingerprint(paths: Iterable[Path], *, extra: str = "") -> str:
    """A digest of the names and contents of files; folders count with all that is in them."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(_files(paths)):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_fresh(stamp: Path, mark: str) -> bool:
    """Whether the stamp says that this very state is in place."""
    return stamp.is_file() and stamp.read_text() == mark


def put(stamp: Path, mark: str) -> None:
    """Say that this state is in place."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        elif path.is_file():
            yield path
