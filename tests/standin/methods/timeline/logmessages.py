"""crm.timeline.logmessage.add, .list and crm.timeline.icon.list: entries of an app in a timeline.

b24restdocs: api-reference/crm/timeline/logmessage/. What the docs leave out follows Bitrix24's
module crm (lib/controller/timeline/logmessage.php): the right is asked before the owner, a missing
field has the code 0, any icon's code is taken, and one that is none shows no icon.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.standin.crm.records import ITEM_CLASSES
from tests.standin.crm.timeline import LogMessage
from tests.standin.methods.base import Invocation, Method, Page, can_edit, can_read, edits_all
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import whole_number
from tests.standin.rest.wire import iso

PAGE = 10
REQUIRED = ("entityTypeId", "entityId", "title", "text", "iconCode")
ICONS = (
    *("call", "document", "IM", "circle-check", "info", "link", "sum", "mail-outcome", "sms"),
    *("whatsapp", "telegram", "wallet", "bank-card", "copy", "arrow-up", "arrow-down"),
)


def add_message(inv: Invocation) -> dict[str, Any]:
    """The fields are cast as PHP casts them: what is no number is 0."""
    fields = inv.args.array("fields", required=True)
    for name in REQUIRED:
        if fields.get(name) is None:
            raise RestError("0", f"Missing a required field: {name}")
    type_id, item_id = (whole_number(fields[name]) or 0 for name in REQUIRED[:2])
    item = inv.portal.item(type_id, item_id)
    if not (edits_all(inv) if item is None else can_edit(inv, item)):
        raise inv.error("denied", code="ACCESS_DENIED")
    if item_id <= 0 or type_id not in ITEM_CLASSES:
        raise RestError("OWNER_NOT_FOUND", "Owner was not found")
    message = LogMessage(
        id=inv.portal.next_id("log_message"),
        owner=(type_id, item_id),
        author_id=inv.user.id,
        created_at=datetime.fromtimestamp(inv.world.now(), UTC),
        title=str(fields["title"]),
        text=str(fields["text"]),
        icon_code=str(fields["iconCode"]),
    )
    inv.portal.log_messages.append(message)
    return {"logMessage": message_value(message)}


def list_messages(inv: Invocation) -> Page:
    """Newest first, ten on a page."""
    args = inv.args
    owner = args.integer("entityTypeId"), args.integer("entityId")
    item = inv.portal.item(*owner)
    if item is None or not can_read(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    found = [each for each in reversed(inv.portal.log_messages) if each.owner == owner]
    return Page({"logMessages": [message_value(each) for each in found[:PAGE]]}, total=len(found))


def list_icons(inv: Invocation) -> Page:
    icons = [{"code": code, "isSystem": True, "fileUri": ""} for code in ICONS]
    return Page({"icons": icons}, total=len(icons))


def message_value(message: LogMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "created": iso(message.created_at),
        "authorId": message.author_id,
        "title": message.title,
        "text": message.text,
        "iconCode": message.icon_code,
    }


METHODS = {
    "crm.timeline.logmessage.add": Method(add_message, ("crm",), is_controller=True),
    "crm.timeline.logmessage.list": Method(list_messages, ("crm",), is_controller=True),
    "crm.timeline.icon.list": Method(list_icons, ("crm",), is_controller=True),
}
