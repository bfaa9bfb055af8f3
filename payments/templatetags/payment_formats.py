"""Money and dates in templates."""

from __future__ import annotations

from django import template

from payments.formats import day, money

register = template.Library()
register.filter("money", money)
register.filter("day", day)
