"""What a server gets works without the tests: the image of the Dockerfile, and `make setup`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import ROOT, STOP_SECONDS, free_port
from tests.support.waiting import await_condition
from tools.fake_environment import FAKE_ENVIRONMENT
from tools.install import levels, stamps

pytestmark = pytest.mark.slow
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
# What these two bring is linked instead: nothing is downloaded.
INSTALLS = re.compile(r"-m venv|pip install")
NPM_LOCKED = [ROOT / "package.json", ROOT / "package-lock.json"]
NOT_ON_A_SERVER = ("tests", ".*", "node_modules", "staticfiles", "__pycache__", "*.mo")


def run(folder: Path, *command: str, **variables: str) -> None:
    """One command that must succeed, with no more in its environment than is told."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder, variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **variables}


def place(sources: Iterable[Path], target: Path, ignore: Callable[..., Any] | None = None) -> None:
    """Copy files into a folder that is there, or one file or folder to its new name."""
    for source in sources:
        to = target / source.name if target.is_dir() and source.is_file() else target
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, ignore=ignore)
        else:
            shutil.copy(source, to)


def link(name: str, folder: Path) -> None:
    """Give a copy what is installed here, but not what was noted about it."""
    (folder / name).mkdir()
    for entry in (ROOT / name).iterdir():
        if entry.name != ".stamp":
            (folder / name / entry.name).symlink_to(entry.resolve())


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """What .dockerignore lets through: nothing but what it names."""
    everything, *rules = (ROOT / ".dockerignore").read_text().split()
    assert everything == "*"
    never = shutil.ignore_patterns(*(rule[3:] for rule in rules if rule.startswith("**/")))
    for name in (rule[1:] for rule in rules if rule.startswith("!")):
        place([ROOT / name], tmp_path / "context" / name, never)
    return tmp_path / "context"


@pytest.fixture
def image(context: Path, tmp_path: Path) -> Path:
    """The folder of the app in the image, line by line."""
    app = tmp_path / "app"
    app.mkdir()
    link(".venv", app)
    [stage] = re.findall(r"^FROM \S+ AS build\n(.*?)^FROM", DOCKERFILE, re.DOTALL | re.MULTILINE)
    for instruction, words in re.findall(r"^(COPY|RUN) (.+)$", stage, re.MULTILINE):
        if words == "--from=browser /app/node_modules node_modules":
            link("node_modules", app)
        elif instruction == "COPY":
            *sources, target = words.split()
            if target.endswith("/"):
                (app / target).mkdir(exist_ok=True)
            place([context / source for source in sources], app / target)
        elif not INSTALLS.search(words):
            run(app, "sh", "-c", words)
    return app


@contextmanager
def serving(app: Path, port: int, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """What the image starts, at a port of its own."""
    [command] = re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
    address = re.sub(r"0\.0\.0\.0:\d+", f"127.0.0.1:{port}", command)
    with (app.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            ["/usr/bin/env", *json.loads(address)],
            cwd=app,
            env=environment(app, variables),
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=STOP_SECONDS)
    with suppress(OSError), closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    return 0, ""


def assert_is_compiled(app: Path) -> None:
    """The modules of a page, and all templates."""
    assert list((app / "payments" / "tab" / "__pycache__").glob("views.*.pyc"))
    kept = list((app / "b24app" / "web" / "__pycache__").glob("*.cache"))
    assert len(kept) == len(list((app / "templates" / "jinja").rglob("*.html")))


def test_the_image_serves_without_tests_and_tools(image: Path, tmp_path: Path) -> None:
    assert not [name for name in ("tests", "tools", "node_modules") if (image / name).exists()]
    assert_is_compiled(image)
    variables = {**FAKE_ENVIRONMENT, "DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite3"}
    run(image, "python", "manage.py", "migrate", "--noinput", **variables)
    port = free_port()
    with serving(image, port, variables) as process:
        await_condition(lambda: process.poll() is not None or ask(port, "/healthz")[0] == 200, 30)
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert ask(port, "/readyz")[0] == 200
        status, page = ask(port, "/")
        assert status == 200
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert styles
        assert [ask(port, path)[0] for path in styles] == [200] * len(styles)


def test_make_setup_needs_no_tests(tmp_path: Path) -> None:
    server = tmp_path / "server"
    shutil.copytree(ROOT, server, ignore=shutil.ignore_patterns(*NOT_ON_A_SERVER))
    link(".venv", server)
    link("node_modules", server)
    mark = stamps.fingerprint(NPM_LOCKED, extra=levels.RUN)
    stamps.put(server / "node_modules" / ".stamp", mark)
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    run(server, "make", "setup", f"PYTHON={sys.executable}", **offline)
    assert (server / "staticfiles" / "staticfiles.json").is_file()
    assert list((server / "payments" / "locale").rglob("*.mo"))
    assert_is_compiled(server)
