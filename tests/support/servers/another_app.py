"""A second app beside the shared one, on the same database, to be killed, cut off or changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.app import App, free_port, start_app
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp


@contextmanager
def another_app(
    shared: App,
    folder: Path,
    *,
    database_url: str = "",
    gunicorn: str = "",
    workers: int = 1,
    **environment: str,
) -> Iterator[App]:
    """An app that knows the portals of `shared`; `gunicorn` are options of its server."""
    with start_app(
        database_url=database_url or shared.environment["DATABASE_URL"],
        standin=shared.standin,
        port=free_port(),
        log_path=folder / "another.log",
        workers=workers,
        environment={"GUNICORN_CMD_ARGS": gunicorn, **environment},
    ) as app:
        yield app


def open_tab_at(
    app: App, portal: PortalWithApp, deal: int | str = "fresh", *, user: int | str = "sales"
) -> Page:
    """The tab of a deal as `app` shows it, though the portal knows the shared app's address."""
    number = portal.deal(deal) if isinstance(deal, str) else deal
    launch: dict[str, Any] = portal.standin.launch(
        portal.name,
        user=user,
        placement="CRM_DEAL_DETAIL_TAB",
        options={"ID": str(number)},
    )
    parts = urlsplit(launch["url"])
    return app.send(f"{parts.path}?{parts.query}", form=list(launch["fields"].items()))
