"""Every error code that a click can meet: the right sentence, no payment, never a 500."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.codes import METHOD, QUOTED, RENEWED, REPEATED, SYSTEM, Row
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, can_add, told
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp
from tests.support.waiting import at_once

# About words: one database is enough.
pytestmark = pytest.mark.words

WORDS = 'The portal said <script>alert("no")</script> & so on'
STATUSES = ["source", "docs"]
INSIDE = {code: sentence for code, _, sentence in METHOD}
WAYS = ["inside the batch", "alone"]


def rows(table: list[Row]) -> list[Any]:
    """The rows of a table as parameters, named by code and status."""
    return [pytest.param(*row, id=f"{row[0] or 'empty'} {row[1] or 'usual'}") for row in table]


def click(portal: PortalWithApp, on: str, do: str, *, lang: str = "en", **fault: Any) -> Page:
    """A click on Add payment in a tab that was opened before the fault was set."""
    tab = portal.open_tab(lang=lang)
    portal.standin.add_fault(portal.name, on, do, **fault)
    return portal.app.press_add(tab)


def assert_refused(
    portal: PortalWithApp, page: Page, sentence: str, *, may_retry: bool | None = None
) -> None:
    """The sentence is told as a problem, the button fits it, and no payment came of the click."""
    assert page.status == 200, page.text
    assert sentence in page.alert_text, told(page)
    assert page.status_text == ""
    assert page.polled_key == ""
    assert can_add(page) is (sentence in say.RETRYABLE if may_retry is None else may_retry)
    assert portal.payments_of(portal.deal("fresh")) == []


def assert_quoted(page: Page, code: str) -> None:
    """The portal's words are shown where the sentence needs them, and never become markup."""
    assert "<script>alert" not in page.body
    assert (WORDS in page.alert_text) is (code in QUOTED), page.alert_text


@pytest.mark.parametrize("statuses", STATUSES)
@pytest.mark.parametrize(("code", "status", "sentence"), rows(SYSTEM))
def test_a_refusal_of_the_whole_batch_is_explained(
    portal: PortalWithApp, code: str, status: int | None, sentence: str, statuses: str
) -> None:
    portal.standin.switch(portal.name, statuses=statuses)
    page = click(portal, "batch", "refuse", code=code, status=status, text=WORDS)
    assert_refused(portal, page, sentence)
    assert_quoted(page, code)


@pytest.mark.parametrize("statuses", STATUSES)
@pytest.mark.parametrize(
    ("code", "status", "sentence"), rows(list(dict.fromkeys([*SYSTEM, *METHOD])))
)
def test_a_refusal_of_a_single_call_is_explained(
    portal: PortalWithApp, code: str, status: int | None, sentence: str, statuses: str
) -> None:
    portal.standin.switch(portal.name, statuses=statuses, **REFUSED_IN_BATCH)
    page = click(portal, ADD, "refuse", code=code, status=status, text=WORDS)
    assert_refused(portal, page, sentence)
    assert_quoted(page, code)


@pytest.mark.parametrize("statuses", STATUSES)
@pytest.mark.parametrize(
    ("code", "sentence"),
    [pytest.param(code, said, id=code or "empty") for code, said in INSIDE.items()],
)
def test_a_refusal_of_the_command_inside_the_batch_is_explained(
    portal: PortalWithApp, code: str, sentence: str, statuses: str
) -> None:
    portal.standin.switch(portal.name, statuses=statuses)
    page = click(portal, ADD, "refuse", code=code, text=WORDS)
    assert_refused(portal, page, sentence)
    assert_quoted(page, code)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("style", ["string", "number"])
@pytest.mark.parametrize(("code", "sentence"), [("0", say.REFUSED), ("100", say.OUR_FAULT)])
def test_the_codes_0_and_100_are_understood_as_text_and_as_number(
    portal: PortalWithApp, code: str, sentence: str, style: str, way: str
) -> None:
    forbids = REFUSED_IN_BATCH if way == "alone" else {}
    portal.standin.switch(portal.name, error_code_style=style, **forbids)
    page = click(portal, ADD, "refuse", code=code, text=WORDS)
    assert_refused(portal, page, sentence)
    assert_quoted(page, code)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", ["0", ""])
def test_a_refusal_without_words_says_that_there_was_no_reason(
    portal: PortalWithApp, code: str, way: str
) -> None:
    portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if way == "alone" else {}))
    page = click(portal, ADD, "empty_text", code=code, status=400)
    assert_refused(portal, page, say.REFUSED_WORDLESS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("result", [0, None, "x", True, -5, [], {"id": 7}], ids=repr)
def test_a_success_without_a_payment_id_is_not_believed(
    portal: PortalWithApp, result: Any, way: str
) -> None:
    portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if way == "alone" else {}))
    page = click(portal, ADD, "answer", result=result)
    assert_refused(portal, page, say.NOT_CREATED)


@pytest.mark.parametrize("code", RENEWED)
@pytest.mark.parametrize("on", ["batch", ADD])
def test_a_token_that_stays_refused_after_one_renewal_ends_the_session(
    portal: PortalWithApp, on: str, code: str
) -> None:
    portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if on == ADD else {}))
    page = click(portal, on, "refuse", code=code, status=401, times=2)
    assert_refused(portal, page, say.SESSION_ENDED)
    assert len(portal.calls("oauth.token")) == 1


@pytest.mark.parametrize("code", RENEWED)
@pytest.mark.parametrize("on", ["batch", ADD])
def test_a_refused_token_is_renewed_and_one_payment_is_added(
    portal: PortalWithApp, on: str, code: str
) -> None:
    portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if on == ADD else {}))
    page = click(portal, on, "refuse", code=code, status=401)
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert len(portal.calls("oauth.token")) == 1


@pytest.mark.parametrize(("code", "status"), [(code, status) for code, status, _ in REPEATED])
@pytest.mark.parametrize("on", ["batch", ADD])
def test_a_call_that_did_not_run_is_repeated_after_a_pause(
    portal: PortalWithApp, on: str, code: str, status: int
) -> None:
    portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if on == ADD else {}))
    page = click(portal, on, "refuse", code=code, status=status)
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_repeating_ends_when_the_patience_of_a_person_does(app: App) -> None:
    cases = [(on, *row) for on in ("batch", ADD) for row in REPEATED]
    portals = [planted_portal(app) for _ in cases]
    clicks = []
    for portal, (on, code, status, _) in zip(portals, cases, strict=True):
        portal.standin.switch(portal.name, **(REFUSED_IN_BATCH if on == ADD else {}))
        fault: dict[str, Any] = {"code": code, "status": status, "times": None}
        clicks.append(partial(click, portal, on, "refuse", **fault))
    pages = at_once(clicks)
    for portal, page, (_, code, _, sentence) in zip(portals, pages, cases, strict=True):
        if code == "QUERY_LIMIT_EXCEEDED":
            # Not a refusal: the click waits for its turn.
            assert say.WAITING in page.status_text, told(page)
            assert portal.payments_of(portal.deal("fresh")) == []
        else:
            assert_refused(portal, page, sentence)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"do": "refuse", "code": "invalid_grant", "status": 400}, say.SESSION_ENDED),
        ({"do": "refuse", "code": "invalid_client", "status": 400}, say.SIGN_IN_REFUSED),
        ({"do": "refuse", "code": "wrong_client", "status": 200}, say.SIGN_IN_REFUSED),
        ({"do": "refuse", "code": "NOT_INSTALLED", "status": 401}, say.NOT_INSTALLED),
        ({"do": "refuse", "code": "PAYMENT_REQUIRED", "status": 401}, say.UNPAID),
        ({"do": "refuse", "code": "insufficient_scope", "status": 400}, say.NO_SCOPE),
        ({"do": "refuse", "code": "invalid_request", "status": 400}, say.OUR_FAULT),
        ({"do": "refuse", "code": "SOMETHING_NEW", "status": 400}, say.SIGN_IN_SILENT),
        ({"do": "html", "status": 502}, say.SIGN_IN_SILENT),
        ({"do": "status", "status": 500}, say.SIGN_IN_SILENT),
        ({"do": "broken_json"}, say.SIGN_IN_SILENT),
        ({"do": "drop_before"}, say.SIGN_IN_SILENT),
        ({"do": "redirect"}, say.SIGN_IN_SILENT),
    ],
    ids=lambda value: f"{value.get('code', value['do'])}" if isinstance(value, dict) else "",
)
def test_a_renewal_that_fails_is_explained(
    portal: PortalWithApp, fault: dict[str, Any], sentence: str
) -> None:
    tab = portal.open_tab()
    portal.standin.expire(portal.name, user_id=portal.about["users"]["sales"])
    portal.standin.add_fault(portal.name, "oauth.token", **fault)
    page = portal.app.press_add(tab)
    assert_refused(portal, page, sentence)
    assert len(portal.calls("oauth.token")) == 1


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ACCESS_DENIED", "Sie können zu diesem Auftrag keine Zahlungen hinzufügen"),
        ("allowed_only_intranet_user", "Gäste dieses Bitrix24 können keine Zahlungen"),
        ("SOMETHING_NEW", "Die Zahlung wurde nicht hinzugefügt."),
        ("100", "In dieser App stimmt etwas nicht."),
        ("WRONG_LICENSE", "Der Tarif Ihres Bitrix24 erlaubt keine weiteren Zahlungen."),
    ],
)
def test_a_german_reads_german(portal: PortalWithApp, code: str, sentence: str) -> None:
    page = click(portal, ADD, "refuse", code=code, text=WORDS, lang="de")
    assert_refused(portal, page, sentence, may_retry=code == "SOMETHING_NEW")
