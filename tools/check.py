"""Check what no test shows: form, types, shape, and the settings of a real server.

Every check runs, whatever the others say.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tools.fake_environment import FAKE_ENVIRONMENT
from tools.steps import PYTHON, ROOT, VENV, StepFailed, run

_TYPED = ["b24app", "payments", "tests", "tools"]
_PRODUCTION = {
    **FAKE_ENVIRONMENT,
    "ALLOWED_HOSTS": "pay.example.com",
    "APP_URL": "https://pay.example.com",
    "B24_OAUTH_SERVERS": "https://oauth.bitrix.info,https://oauth.bitrix24.tech",
    "B24_ALLOW_INSECURE_PORTALS": "0",
    "B24_STANDIN": "0",
}
_MANAGE = [PYTHON, "manage.py"]
_NPM = ROOT / "node_modules" / ".bin"
# Programs of npm need node, which set-up puts beside Python where there is none.
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), str(VENV / "bin")])


def main() -> None:
    """Run all checks; the exit status tells whether one failed."""
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
        database = f"sqlite:///{folder}/app.sqlite3"
        environment = {**_PRODUCTION, "DATABASE_URL": database, "PATH": _PATH}
        checks: dict[str, list[str | Path]] = {
            "form": [PYTHON, "-m", "ruff", "format", "--check", "."],
            "lint": [PYTHON, "-m", "ruff", "check", "."],
            "scripts and styles": [_NPM / "biome", "ci", "--error-on-warnings", "--colors=off"],
            "types": [PYTHON, "-m", "mypy", *_TYPED],
            "shape": [PYTHON, "-m", "pytest", "-q", "tests/project/test_shape.py"],
            "supply": [PYTHON, "-m", "pytest", "-q", "tests/project/test_supply.py"],
            "settings": [*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
            "deployment": [PYTHON, "-m", "tools.deployment.check"],
            "migrations": [*_MANAGE, "makemigrations", "--check", "--dry-run"],
        }
        failures = []
        for title, command in checks.items():
            try:
                run(title, *command, env=environment)
            except StepFailed as failure:
                failures.append(str(failure))
    for output in failures:
        print(f"\n{output}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
