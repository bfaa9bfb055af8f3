"""Money, dates and the lines of the list in templates."""

from __future__ import annotations

from django import template

from payments.formats import day, money
from payments.lines import lines_of

register = template.Library()
register.filter("money", money)
register.filter("day", day)
register.filter("payment_lines", lines_of)
