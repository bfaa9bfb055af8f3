"""Install what running, showing or testing the app needs; quick when it is there already.

Runs before anything is installed: `python3 -m tools.setup [run|demo|tests]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.install import browser_packages, chromium, engines, levels, locks, stamps, venv
from tools.steps import PYTHON, ROOT, StepFailed, run, stop

_TRANSLATIONS = [ROOT / "b24app" / "locale", ROOT / "payments" / "locale"]
_STATIC_SOURCES = [
    ROOT / "static",
    ROOT / "package-lock.json",
    locks.of_level(levels.RUN),
    ROOT / "b24app" / "web" / "assets.py",
    ROOT / "b24app" / "settings.py",
]


def main() -> None:
    """Bring `.venv`, `node_modules`, translations and static files to the asked level."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description=__doc__)
    parser.add_argument("level", nargs="?", choices=levels.LEVELS, default=levels.RUN)
    level = parser.parse_args().level
    try:
        venv.make_venv()
        venv.install_packages(level)
        browser_packages.install_packages(level)
        compile_messages()
        collect_static()
        if level == levels.RUN:
            compile_code()
        if level == levels.TESTS:
            chromium.provide()
            engines.provide()
    except StepFailed as failure:
        stop(failure)


def compile_messages() -> None:
    """Compile the translations, unless every compiled one is newer than its source."""
    sources = [path for folder in _TRANSLATIONS for path in folder.rglob("*.po")]
    if not all(_is_compiled(source) for source in sources):
        run("translations", PYTHON, "-m", "tools.messages", "compile")


def _is_compiled(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime


def collect_static() -> None:
    """Gather the static files, unless they are those of the last time."""
    stamp = ROOT / "staticfiles" / ".stamp"
    mark = stamps.fingerprint(_STATIC_SOURCES)
    if stamps.is_fresh(stamp, mark):
        return
    command = [PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"]
    run("static files", *command, env={"DEBUG": "1"})
    stamps.put(stamp, mark)


def compile_code() -> None:
    """Compile modules and templates: the user that a server runs as could not keep them."""
    variables = {"DEBUG": "1", "PYTHONDONTWRITEBYTECODE": ""}
    run("code", PYTHON, "-m", "compileall", "-q", "b24app", "payments")
    run("templates", PYTHON, "-c", "import b24app.wsgi", env=variables)


if __name__ == "__main__":
    main()
