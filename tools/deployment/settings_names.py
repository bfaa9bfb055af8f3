"""Which variables the app reads, and which its pages and samples name."""

from __future__ import annotations

import ast
import re

from tools.steps import ROOT

_NAME = r"[A-Z][A-Z0-9_]+"


def read_names() -> set[str]:
    """The variables that the settings read: the first argument of each call into `env`."""
    tree = ast.parse((ROOT / "b24app" / "settings.py").read_text())
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr != "stop"
        and isinstance(node.args[0], ast.Constant)
    }


def documented_names() -> set[str]:
    """The variables in the first column of the table in docs/configuration.md."""
    text = (ROOT / "docs" / "configuration.md").read_text()
    cells = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    return set(re.findall(rf"`({_NAME})`", " ".join(cells)))


def sample_names() -> set[str]:
    """The variables in deploy/env.example, whether set or commented out."""
    text = (ROOT / "deploy" / "env.example").read_text()
    return set(re.findall(rf"^#?({_NAME})=", text, re.MULTILINE))
