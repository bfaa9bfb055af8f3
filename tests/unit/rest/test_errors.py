"""The names under which errors are written down: one for each class, and for ever the same."""

from __future__ import annotations

import pytest

from b24app.rest.codes import from_record
from b24app.rest.errors import KINDS, Refused, RestError, UnlistedCode

WRITTEN_DOWN = """
access_denied address_forbidden address_unusable app_not_for_user app_not_installed app_unpaid
apps_refused batch_forbidden certificate_refused client_refused confirmation_denied
confirmation_pending credentials_refused foreign_grant gone grant_dead guest_refused
install_too_late item_not_found item_type_unsupported licence_missing method_missing
method_refused methods_paused no_answer not_executed not_sent operation_time_limit
order_cancelled our_fault overloaded payment_paid place_unknown portal_busy portal_closed
portal_failed portal_moved queue_too_long rate_limited refresh_busy refused rest_not_in_plan
result_unusable scope_missing server_busy sign_in_server_unknown sign_in_unreachable
token_expired token_invalid unknown unlisted_code unreadable_answer user_inactive
user_not_authorized
"""


def test_rows_of_yesterday_keep_their_sentences() -> None:
    """A kind may be added here; one that is taken away or renamed is an error without words."""
    assert set(WRITTEN_DOWN.split()) <= set(KINDS)
    assert all(KINDS[kind].kind == kind for kind in KINDS)


@pytest.mark.parametrize("kind", WRITTEN_DOWN.split())
def test_an_error_is_read_as_what_it_was_written_down_as(kind: str) -> None:
    error = from_record(kind=kind, code="CODE", text="words", status=403)
    assert (type(error), error.code, error.status) == (KINDS[kind], "CODE", 403)
    assert str(error).startswith(f"{kind} ")


def test_what_is_no_kind_is_an_error_in_the_portals_own_words() -> None:
    assert type(from_record(kind="RestError", code="", text="", status=None)) is UnlistedCode


def test_two_errors_of_one_kind_stop_the_start() -> None:
    def define() -> type[RestError]:
        class Twin(Refused, kind="access_denied"):
            """Another error under a name that is taken."""

        return Twin

    with pytest.raises(TypeError, match="access_denied"):
        define()
    assert KINDS["access_denied"].__name__ == "AccessDenied"
