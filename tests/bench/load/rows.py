"""Rows in bulk: what years of thousands of portals leave in the database."""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit

import psycopg

_PORTALS = """
INSERT INTO b24app_portal (member_id, client_endpoint, oauth_server, state, epoch, app_code,
    application_token, scopes, unbatchable, notes, trouble, created_at, updated_at)
SELECT 'bulk' || n, 'https://bulk' || n || '.example.com/rest/', 'https://oauth.bitrix.info',
    'active', 1, 'local.standin.app', '', '[]', '[]', '{{}}', '', {now}, {now}
FROM {numbers}
"""
_PEOPLE = """
INSERT INTO b24app_portaluser (portal_id, user_id, name, is_admin, access_token, refresh_token,
    epoch, token_version, seen_at)
SELECT id, 7, 'Salesperson', {false}, '', '', 1, 1, {now} FROM b24app_portal
WHERE member_id LIKE 'bulk%'
"""
_ATTEMPTS = """
INSERT INTO payments_attempt (portal_id, user_id, entity_type, entity_id, key, state, asked,
    composed, declined, seen_max_id, payment_id, number, currency, candidates, error_kind,
    error_code, error_text, settles_at, created_at)
SELECT (SELECT min(id) FROM b24app_portal WHERE member_id LIKE 'bulk%') + n % {portals}, 7, 2,
    n, {key}, 'added', '{{}}', '{{}}', '[]', 0, n, '', 'EUR', '[]', '', '', '', {now}, {now}
FROM {numbers}
"""


def grow(database_url: str, *, portals: int, attempts: int) -> None:
    """Add so many portals with a person each, and attempts spread over them."""
    statements = [
        (_PORTALS, portals),
        (_PEOPLE, 0),
        (_ATTEMPTS, attempts),
    ]
    path = urlsplit(database_url)
    if path.scheme == "sqlite":
        with sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=60) as lite:
            for text, count in statements:
                lite.execute(_filled(text, count, portals, is_sqlite=True))
            lite.execute("ANALYZE")
        lite.close()
        return
    with psycopg.connect(database_url, autocommit=True) as server:
        for text, count in statements:
            server.execute(_filled(text, count, portals, is_sqlite=False).encode())
        server.execute("ANALYZE")


def _filled(text: str, count: int, portals: int, *, is_sqlite: bool) -> str:
    if is_sqlite:
        counted = "SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}"
        numbers = "(WITH RECURSIVE c(n) AS (" + counted + ") SELECT n FROM c)"  # noqa: S608
        words = {"now": "'2026-01-12 09:30:00'", "false": "0", "key": "printf('%032x', n)"}
    else:
        numbers = "generate_series(1, {count}) AS n"
        words = {"now": "now()", "false": "false", "key": "lpad(to_hex(n), 32, '0')::uuid"}
    return text.format(numbers=numbers.format(count=count), portals=portals, **words)
