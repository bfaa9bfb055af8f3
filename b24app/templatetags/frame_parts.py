"""Fragments of the frame's pages in pages of Django's own templates."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def frame_part(context: Context, name: str) -> SafeString:
    """A Jinja2 template with everything that the page around it knows."""
    known = {str(key): value for key, value in context.flatten().items()}
    return SafeString(get_template(name, using="jinja2").render(known, context["request"]))
