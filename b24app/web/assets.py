"""Browser files that npm packages bring, served as our own static files without a copy of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

PACKAGE_FILES = {
    "vendor/b24jssdk.js": "@bitrix24/b24jssdk/dist/umd/index.min.js",
    # The library names its map by this name; developer tools alone load it.
    "vendor/index.min.js.map": "@bitrix24/b24jssdk/dist/umd/index.min.js.map",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
}


class _PackageStorage(FileSystemStorage):
    """`node_modules` seen under the names that our pages use."""

    def path(self, name: str) -> str:
        return super().path(PACKAGE_FILES[name])


class PackageFinder(BaseFinder):
    """Finds the files of PACKAGE_FILES and nothing else of `node_modules`."""

    storage = _PackageStorage(location=str(settings.BASE_DIR / "node_modules"))

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = path in PACKAGE_FILES and Path(self.storage.path(path)).is_file()
        location = self.storage.path(path) if found else None
        return ([location] if location else []) if find_all else location

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for name in PACKAGE_FILES:
            if Path(self.storage.path(name)).is_file():
                yield name, self.storage
