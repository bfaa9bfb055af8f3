"""Firefox, WebKit and Caddy for the tests: Debian's own, with what drives them. Chromium is apart.

Firefox speaks WebDriver BiDi by itself; WebKit has a driver of its own and needs a display.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.install import apt
from tools.steps import StepFailed

FIREFOX, WEBKIT, CADDY = "Firefox", "WebKit", "Caddy"
_PACKAGES = {
    FIREFOX: ["firefox-esr"],
    WEBKIT: ["webkit2gtk-driver", "xvfb"],
    CADDY: ["caddy"],
}
_MINI_BROWSERS = ("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0")


def find_firefox() -> str | None:
    """The program of Debian's Firefox, or None: one in a snap sees no profile of a test."""
    return shutil.which("firefox-esr")


def find_mini_browser() -> str | None:
    """The browser that comes with WebKit's driver, or None; Debian keeps it off the path."""
    folders = [folder for name in _MINI_BROWSERS for folder in Path("/usr").glob(f"lib*/*/{name}")]
    found = [path for folder in folders if (path := folder / "MiniBrowser").is_file()]
    return str(found[0]) if found else None


def has_webkit() -> bool:
    """Whether the driver, its browser and a display for them are here."""
    return bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and find_mini_browser())


def find_caddy() -> str | None:
    """The program of the proxy before the app, or None."""
    return shutil.which("caddy")


def missing() -> list[str]:
    """The engines that are not here."""
    is_here = {
        FIREFOX: find_firefox() is not None,
        WEBKIT: has_webkit(),
        CADDY: find_caddy() is not None,
    }
    return [name for name, here in is_here.items() if not here]


def explain(name: str) -> str:
    """That an engine's tests do not run, and how they would."""
    return f"not run: no {name} here, it needs apt-get install {' '.join(_PACKAGES[name])}"


def are_required() -> bool:
    """Whether a missing engine is a failure: where all must run, and could be installed."""
    return os.environ.get("CI") == "true" and apt.can_install()


def provide() -> None:
    """Install what is missing where that can be done; elsewhere say which tests will not run."""
    for name in missing():
        if apt.can_install():
            try:
                apt.install(*_PACKAGES[name])
                continue
            except StepFailed as failure:
                if are_required():
                    raise
                print(failure)
        print(f"{f'tests in {name}':<34} {explain(name)}")
