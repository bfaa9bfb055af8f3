"""The installer's findings in templates."""

from __future__ import annotations

from django import template

from b24app.verdicts import lines_of

register = template.Library()
register.filter("lines", lines_of)
