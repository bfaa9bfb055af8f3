"""What pages of Django's own templates share with those of a frame."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from b24app.messages.notice import support_details

register = template.Library()


@register.simple_tag(takes_context=True)
def frame_part(context: Context, name: str) -> SafeString:
    """A Jinja2 template with everything that the page around it knows."""
    known = {str(key): value for key, value in context.flatten().items()}
    return SafeString(get_template(name, using="jinja2").render(known, context["request"]))


@register.simple_tag
def support(status: int) -> str:
    """What support can look for: the status, the time, and the id of the request."""
    return support_details(code="", status=status)
