"""The timeline of a card: what apps have written into it, newest first."""

from __future__ import annotations

from tests.standin.crm.timeline import LogMessage
from tests.standin.pages.markup import Html, join, tag
from tests.standin.world import Portal


def show_timeline(portal: Portal, owner: tuple[int, int]) -> Html:
    found = [each for each in reversed(portal.log_messages) if each.owner == owner]
    if not found:
        return tag("p", "Nothing yet.", class_="note")
    return tag("ol", *(_entry(portal, each) for each in found), class_="timeline")


def _entry(portal: Portal, message: LogMessage) -> Html:
    users = portal.users
    author = users[message.author_id].name if message.author_id in users else "?"
    about = f"{message.created_at:%d %b %Y, %H:%M} · {author} · {message.icon_code}"
    return tag(
        "li",
        join([tag("p", tag("strong", message.title)), tag("p", message.text)]),
        tag("p", about, class_="note"),
        dir="auto",
        data_icon=message.icon_code,
    )
