"""Sentences about rows in templates."""

from __future__ import annotations

from django import template

from payments.row_messages import rows_unknown, why_missing

register = template.Library()
register.filter("why_missing", why_missing)
register.filter("rows_unknown", rows_unknown)
