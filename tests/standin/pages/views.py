"""The pages of a portal around the app's frame: home, Market, the app, cards, faults."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.standin.crm.records import DEAL, INVOICE, Item
from tests.standin.pages.card import Card, path_of, show_card, show_payments
from tests.standin.pages.card_rows import save_form
from tests.standin.pages.clients import KINDS, ClientCard, show_client_card
from tests.standin.pages.deal_list import show_deal_list
from tests.standin.pages.frames import add_frames
from tests.standin.pages.launch import add_app, remove_app
from tests.standin.pages.markup import FOLDER, Html, data, fill, join, money, page, tag
from tests.standin.pages.menus import ANALYTICS, LIST_MENU, LIST_TOOLBAR, show_menu
from tests.standin.pages.visits import LANG_COOKIE, LANGUAGES, USER_COOKIE, Visit, visit_of

STATIC = {
    "portal.css": "text/css",
    "portal.js": "text/javascript",
    "parent.js": "text/javascript",
    "panel.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def add_pages(app: web.Application) -> None:
    """Serve the pages of every portal."""
    add_frames(app)
    app.router.add_get("/", show_home)
    app.router.add_get("/market/", show_market)
    app.router.add_post("/market/add/", put_app_on_list)
    app.router.add_post("/market/remove/", take_app_away)
    app.router.add_get("/marketplace/app/", show_app)
    app.router.add_get("/panel/", show_panel)
    app.router.add_get("/crm/deal/list/", show_list)
    app.router.add_get(r"/crm/deal/details/{id:\d+}/", show_item)
    app.router.add_get(r"/crm/type/{type:31}/details/{id:\d+}/", show_item)
    app.router.add_get(r"/crm/deal/details/{id:\d+}/payments/", show_item_payments)
    app.router.add_get(r"/crm/type/{type:31}/details/{id:\d+}/payments/", show_item_payments)
    app.router.add_get(r"/crm/{kind:contact|company}/details/{id:\d+}/", show_client)
    app.router.add_get("/crm/analytics/", show_analytics)
    app.router.add_post(r"/crm/deal/details/{id:\d+}/rows/", save_item_rows)
    app.router.add_post(r"/crm/type/{type:31}/details/{id:\d+}/rows/", save_item_rows)
    app.router.add_post("/_pages/choose/", choose)
    app.router.add_get("/_pages/{name}", send_static)


async def show_home(request: web.Request) -> web.Response:
    visit = visit_of(request)
    content = fill(
        "home",
        steps=_steps(visit),
        toolbar=show_menu(visit, LIST_TOOLBAR, label="Apps of the list", text="Apps"),
        deals=_items(visit, list(visit.portal.deals.values()), nothing="deals"),
        invoices=_items(visit, list(visit.portal.invoices.values()), nothing="invoices"),
        data=data({"page": "home"}),
    )
    return _page(visit, title="Deals", content=content)


async def show_market(request: web.Request) -> web.Response:
    visit = visit_of(request)
    app, is_admin = visit.portal.app, visit.user.is_admin
    told = request.query.get("removed")
    done = {
        None: "",
        "": "The app was removed. It had no handler for ONAPPUNINSTALL.",
        "-": "The app was removed. It did not answer ONAPPUNINSTALL.",
    }.get(told, f"The app was removed. It answered ONAPPUNINSTALL with HTTP {told}.")
    content = fill(
        "market",
        title=visit.world.app.title,
        address=visit.world.app.url,
        state="Installed" if app.installed else "Not installed",
        done=tag("p", done, class_="hint", role="status") if done else "",
        install_hidden=Html("" if is_admin and not app.installed else "hidden"),
        ask_hidden=Html("hidden" if is_admin or app.installed else ""),
        open_hidden=Html("" if app.installed and visit.may_use_app else "hidden"),
        remove_hidden=Html("" if is_admin and app.present and app.installed else "hidden"),
        scopes=", ".join(app.scopes),
        data=data(
            {
                "page": "market",
                "title": visit.world.app.title,
                "isFinished": app.installed and request.query.get("install_finished") == "Y",
            }
        ),
    )
    return _page(visit, title="Market", content=content)


async def put_app_on_list(request: web.Request) -> web.Response:
    """Let a removed app be installed anew; 403 for everybody but administrators."""
    visit = visit_of(request)
    if not visit.user.is_admin:
        raise web.HTTPForbidden
    add_app(visit.world, visit.portal)
    return web.json_response({})


async def take_app_away(request: web.Request) -> web.Response:
    """Uninstall and tell the app; 403 for everybody but administrators."""
    visit = visit_of(request)
    if not visit.user.is_admin:
        raise web.HTTPForbidden
    form = await request.post()
    statuses = await remove_app(visit.world, visit.portal, clean=form.get("clean") == "1")
    told = ",".join("-" if status is None else str(status) for status in statuses)
    raise web.HTTPSeeOther(f"/market/?removed={told}")


async def show_app(request: web.Request) -> web.Response:
    visit = visit_of(request)
    title = visit.world.app.title
    content = fill("app", title=title, data=data({"page": "app"}))
    return _page(visit, title=title, content=content)


async def show_panel(request: web.Request) -> web.Response:
    visit = visit_of(request)
    return _page(visit, title="Faults", content=fill("panel", data=data({"page": "panel"})))


async def show_list(request: web.Request) -> web.Response:
    visit = visit_of(request)
    return _page(visit, title="List of deals", content=show_deal_list(visit, request.query))


async def show_item(request: web.Request) -> web.Response:
    card = _card(request)
    content = show_card(card, path=request.path, word=request.query.get("rows"))
    return _page(card.visit, title=card.title, content=content)


async def show_client(request: web.Request) -> web.Response:
    type_id = KINDS[request.match_info["kind"]]
    card = ClientCard(visit_of(request), type_id, int(request.match_info["id"]))
    return _page(card.visit, title=card.title, content=show_client_card(card))


async def show_analytics(request: web.Request) -> web.Response:
    visit = visit_of(request)
    apps = show_menu(visit, ANALYTICS, label="Applications", text="Applications")
    content = fill("analytics", apps=apps, data=data({"page": "analytics"}))
    return _page(visit, title="Analytics", content=content)


async def show_item_payments(request: web.Request) -> web.Response:
    """The list of payments alone, for a card that refreshes itself."""
    return web.Response(text=show_payments(_card(request)), content_type="text/html")


async def save_item_rows(request: web.Request) -> web.Response:
    """Save the product rows and go back to the card, with a word on what came of it."""
    card = _card(request)
    if card.item is None or not card.may_edit:
        raise web.HTTPForbidden
    word = save_form(card.visit.portal, card.item, await request.post())
    inside = "IFRAME=Y&" if card.visit.is_inside else ""
    raise web.HTTPSeeOther(f"{request.path.removesuffix('rows/')}?{inside}rows={word}")


async def choose(request: web.Request) -> web.Response:
    """Remember the user or the language chosen in the header, and go back."""
    visit = visit_of(request)
    form = await request.post()
    back = urlsplit(request.headers.get("Referer", ""))
    path = back.path if back.netloc == request.host and back.path.startswith("/") else "/"
    answer = web.HTTPSeeOther(f"{path}?{back.query}" if back.query else path)
    chosen = {USER_COOKIE: str(form.get("user", "")), LANG_COOKIE: str(form.get("lang", ""))}
    if chosen[USER_COOKIE].isdigit() and int(chosen[USER_COOKIE]) in visit.portal.users:
        answer.set_cookie(USER_COOKIE, chosen[USER_COOKIE], samesite="Lax")
    if chosen[LANG_COOKIE] in LANGUAGES:
        answer.set_cookie(LANG_COOKIE, chosen[LANG_COOKIE], samesite="Lax")
    raise answer


async def send_static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    text = (FOLDER / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=STATIC[name])


def _card(request: web.Request) -> Card:
    kind = INVOICE if "type" in request.match_info else DEAL
    return Card(visit_of(request), kind, int(request.match_info["id"]))


def _page(visit: Visit, *, title: str, content: Html) -> web.Response:
    if visit.is_inside:
        return page(title=title, content=content)
    strip = fill("faults", portal=visit.portal.name)
    return page(title=title, content=content, header=_header(visit), strip=strip)


def _header(visit: Visit) -> Html:
    users = {str(user.id): user.name for user in visit.portal.users.values()}
    return fill(
        "header",
        portal=visit.portal.name,
        user=visit.user.name,
        users=_choices("user", users, str(visit.user.id)),
        lang=LANGUAGES[visit.lang],
        langs=_choices("lang", LANGUAGES, visit.lang),
    )


def _choices(field: str, texts: dict[str, str], current: str) -> Html:
    return join(
        tag("button", text, name=field, value=value, aria_current=value == current and "true")
        for value, text in texts.items()
    )


def _steps(visit: Visit) -> Html:
    is_installed = visit.portal.app.installed
    texts = (
        ("Install the app", "The Market has it. Only an administrator can.", "/market/"),
        ("Open a deal", "Choose one of the deals below.", "#deals"),
        ("Payments tab", "Add a payment and watch the card.", None),
    )
    current = 1 if is_installed else 0
    return join(
        tag(
            "li",
            tag("a", name, href=link) if link else tag("strong", name),
            tag("span", "Done." if number < current else text),
            class_="is-done" if number < current else None,
            aria_current=number == current and "step",
        )
        for number, (name, text, link) in enumerate(texts)
    )


def _items(visit: Visit, items: list[Any], *, nothing: str) -> Html:
    seen: list[Item] = [each for each in items if not each.is_deleted and visit.may_read(each)]
    if not seen:
        return tag("p", f"No {nothing} that {visit.user.name} may see.", class_="note")
    rows = join(
        tag(
            "tr",
            tag("td", tag("a", item.title, href=path_of(item)), _row_menu(visit, item)),
            tag("td", tag("span", item.stage_name, class_="stage")),
            tag("td", money(item.opportunity, item.currency), class_="number"),
        )
        for item in seen
    )
    head = join(
        tag("th", text, scope="col", class_="number" if text == "Amount" else None)
        for text in ("Title", "Stage", "Amount")
    )
    return tag("table", tag("thead", tag("tr", head)), tag("tbody", rows))


def _row_menu(visit: Visit, item: Item) -> Html:
    if item.entity_type_id != DEAL:
        return Html("")
    return show_menu(visit, LIST_MENU, deal=item.id, label=f"Menu of {item.title}")
