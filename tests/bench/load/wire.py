"""Requests as the bytes that a load generator sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def form_post(
    host: str, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> bytes:
    body = urlencode(form).encode()
    return _post(host, path, "application/x-www-form-urlencoded", body, headers or {})


def json_post(host: str, path: str, value: Any) -> bytes:
    return _post(host, path, "application/json", json.dumps(value).encode(), {})


def _post(host: str, path: str, kind: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
