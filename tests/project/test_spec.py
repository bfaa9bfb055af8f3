"""What the app brings is told in its own room alone, and what is missing there stops the start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from b24app.spec import app_spec
from tests.support.app import ROOT
from tools.fake_environment import FAKE_ENVIRONMENT
from tools.messages import source_catalog

pytestmark = [pytest.mark.pure, pytest.mark.slow]

NEW = "CRM_LEAD_DETAIL_TAB"
PLACEMENT = f"""
PLACEMENTS += (
    Placement(
        "{NEW}", "/placements/lead/", TITLES, Words("Payments in leads", "Lost.", "Repair.")
    ),
)
"""
WITHOUT_WORDS = f'\nPLACEMENTS += (Placement("{NEW}", "/placements/lead/", TITLES),)\n'
# What an installer of the changed app asks a portal for, and says where it cannot have it.
ASK = """
import django
django.setup()
from b24app.installation.bindings import check_bindings
from b24app.installation.placements import bound_in
from b24app.installation.report import titles_of
from b24app.models import Portal
from b24app.rest.client import BatchAnswer
from b24app.spec import app_spec
answer = BatchAnswer({"placements": [], "events": []}, {})
bound = bound_in(answer, app_spec().placements, app_url="https://pay.example.com")
print(bound.commands()["bind_CRM_LEAD_DETAIL_TAB"].params["HANDLER"])
print(titles_of(check.subject for check in check_bindings(Portal(), answer)))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's sources, of which only `payments` may be changed."""
    for name in ("b24app", "payments", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "manage.py", tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ
        | FAKE_ENVIRONMENT
        | {"DATABASE_URL": "sqlite:///:memory:", "DJANGO_SETTINGS_MODULE": "b24app.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def add(folder: Path, placement: str) -> None:
    with (folder / "payments" / "placements.py").open("a", encoding="utf-8") as file:
        file.write(placement)


def test_a_placement_is_added_in_its_own_room_alone(copy: Path) -> None:
    add(copy, PLACEMENT)
    asked = run(copy, "-c", ASK)
    assert asked.returncode == 0, asked.stderr
    assert "https://pay.example.com/placements/lead/" in asked.stdout
    assert "Payments in leads" in asked.stdout


def test_a_placement_without_words_stops_the_start_by_its_name(copy: Path) -> None:
    add(copy, WITHOUT_WORDS)
    started = run(copy, "manage.py", "check")
    assert started.returncode != 0
    assert f"The placement {NEW} has no words." in started.stderr


def test_a_part_that_is_not_there_is_found_before_somebody_needs_it(copy: Path) -> None:
    (copy / "payments" / "operations" / "gauges.py").unlink()
    started = run(copy, "manage.py", "check")
    assert started.returncode != 0
    assert "b24app.E003" in started.stderr
    assert "payments.operations.gauges" in started.stderr


def test_any_app_names_no_method_and_no_permission_of_this_one() -> None:
    spec = app_spec()
    own = {method.name for method in spec.methods} | {"crm.item.payment"}
    own |= {scope.code for scope in spec.scopes} - {"crm", "placement"}
    own |= {placement.code for placement in spec.placements}
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "b24app").rglob("*.py")
        for name in sorted(own)
        if name in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_any_app_has_no_sentence_about_this_one() -> None:
    speaking = re.compile(r"payments?\b|invoice|\bdeals?\b", re.IGNORECASE)
    sentences = [str(message.id) for message in source_catalog("b24app") if message.id]
    assert sentences
    assert [sentence for sentence in sentences if speaking.search(sentence)] == []
