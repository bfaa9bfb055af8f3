"""Every kind of fault does what it says, and what was committed stays committed."""

from __future__ import annotations

import http.client
import threading
from typing import Any

import pytest

from tests.standin.client import Answer, ControlRefused
from tests.standin.portal import StandInPortal
from tests.standin.tests.conftest import until

ADD = "crm.item.payment.add"
CUT = (OSError, http.client.HTTPException)


def made(portal: StandInPortal) -> int:
    return len(portal.list_payments())


@pytest.mark.parametrize(
    ("fault", "committed"),
    [
        ({"do": "drop_before"}, 0),
        ({"do": "drop_after"}, 1),
        ({"do": "half_body"}, 1),
        ({"do": "half_body", "when": "before"}, 0),
    ],
)
def test_cut_connections(portal: StandInPortal, fault: dict[str, Any], committed: int) -> None:
    portal.standin.add_fault(portal.name, ADD, **fault)
    with pytest.raises(CUT):
        portal.add_payment()
    assert made(portal) == committed
    assert portal.add_payment().status == 200
    lost = next(call for call in portal.standin.calls(portal.name) if call["method"] == ADD)
    assert len(lost["committed_payment_ids"]) == committed
    assert lost["status"] == (200 if fault["do"] == "half_body" else None)


@pytest.mark.parametrize(
    ("fault", "status", "committed"),
    [
        ({"do": "html"}, 502, 0),
        ({"do": "html", "when": "after", "status": 503}, 503, 1),
        ({"do": "status", "status": 500}, 500, 0),
        ({"do": "status", "status": 504, "when": "after"}, 504, 1),
        ({"do": "broken_json"}, 200, 1),
        ({"do": "broken_json", "when": "before"}, 200, 0),
    ],
)
def test_answers_that_say_nothing(
    portal: StandInPortal, fault: dict[str, Any], status: int, committed: int
) -> None:
    portal.standin.add_fault(portal.name, ADD, **fault)
    answer = portal.add_payment()
    assert answer.status == status
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        answer.json()
    assert made(portal) == committed
    assert portal.standin.calls(portal.name)[-1]["method"] == "crm.item.payment.list"


def test_refusals(portal: StandInPortal) -> None:
    for fault, expected in (
        ({"code": "QUERY_LIMIT_EXCEEDED"}, (503, "QUERY_LIMIT_EXCEEDED")),
        ({"code": "OVERLOAD_LIMIT", "status": 503}, (503, "OVERLOAD_LIMIT")),
        ({"code": "NEW_CODE", "text": "Something new"}, (400, "NEW_CODE")),
    ):
        portal.standin.add_fault(portal.name, ADD, "refuse", **fault)
        answer = portal.add_payment()
        assert (answer.status, answer.json()["error"]) == expected
    assert made(portal) == 0


def test_an_empty_text(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "empty_text", code="0", status=400)
    assert portal.add_payment().json() == {"error": "0", "error_description": ""}


def test_an_expired_token_runs_nothing(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, "*", "expire")
    answer = portal.add_payment()
    assert (answer.status, answer.json()["error"]) == (401, "expired_token")
    assert portal.add_payment().status == 200
    assert made(portal) == 1


@pytest.mark.parametrize("result", [0, None, "x", [], {"id": 5}])
def test_another_result(portal: StandInPortal, result: Any) -> None:
    portal.standin.add_fault(portal.name, ADD, "answer", result=result)
    answer = portal.add_payment()
    assert (answer.status, answer.json()["result"]) == (200, result)
    assert made(portal) == 0


def test_a_redirect_runs_nothing(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "redirect", host="evil.localhost:1")
    answer = portal.add_payment()
    assert answer.status == 302
    assert answer.headers["location"] == f"http://evil.localhost:1/rest/{ADD}"
    assert made(portal) == 0


def test_a_huge_body(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "huge_body", bytes=300_000)
    answer = portal.add_payment()
    assert len(answer.body) == 300_000
    assert made(portal) == 1


def test_a_slow_drip(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, "profile", "slow_drip", seconds=0.3)
    assert portal.result("profile")["ID"] == "7"


@pytest.mark.parametrize(("when", "committed"), [("before", 0), ("after", 1)])
def test_a_held_answer_is_released(portal: StandInPortal, when: str, committed: int) -> None:
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=30, when=when)
    answers: list[Answer] = []
    adding = threading.Thread(target=lambda: answers.append(portal.add_payment()))
    adding.start()
    until(lambda: any(call["method"] == ADD for call in portal.standin.calls(portal.name)))
    until(lambda: made(portal) == committed)
    portal.standin.release(portal.name)
    adding.join(timeout=10)
    assert [answer.status for answer in answers] == [200]
    assert made(portal) == 1


def test_a_client_that_leaves_does_not_undo_the_work(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=0.3)
    body = {"auth": portal.token(), "entityId": portal.deal("fresh"), "entityTypeId": 2}
    with pytest.raises(TimeoutError):
        portal.standin.send(portal.host, f"/rest/{ADD}", body=body, timeout=0.05)
    until(lambda: bool(portal.list_payments()))
    assert made(portal) == 1


def test_faults_count_down_and_are_cleared(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "status", times=2, status=500)
    assert [portal.add_payment().status for _ in range(3)] == [500, 500, 200]
    portal.standin.add_fault(portal.name, ADD, "status", times=None, status=500)
    assert [portal.add_payment().status for _ in range(3)] == [500] * 3
    assert portal.state()["faults"][0]["do"] == "status"
    portal.standin.clear_faults(portal.name)
    assert portal.add_payment().status == 200


def test_a_fault_that_makes_no_sense(portal: StandInPortal) -> None:
    with pytest.raises(ControlRefused, match="unknown fault"):
        portal.standin.add_fault(portal.name, ADD, "explode")
    with pytest.raises(ControlRefused, match="when"):
        portal.standin.add_fault(portal.name, ADD, "html", when="never")


def add_in_batch(portal: StandInPortal, count: int = 2) -> Answer:
    deal = portal.deal("fresh")
    command = f"{ADD}?entityId={deal}&entityTypeId=2"
    return portal.batch({f"c{index}": command for index in range(count)})


def test_a_dropped_batch_commits_all_of_it(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    with pytest.raises(CUT):
        add_in_batch(portal)
    assert made(portal) == 2


@pytest.mark.parametrize(("kind", "committed"), [("drop_after", 1), ("drop_before", 0)])
def test_a_command_that_cuts_the_batch(portal: StandInPortal, kind: str, committed: int) -> None:
    portal.standin.add_fault(portal.name, ADD, kind)
    with pytest.raises(CUT):
        add_in_batch(portal)
    assert made(portal) == committed


def test_a_refused_command(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "refuse", code="ACCESS_DENIED")
    found = add_in_batch(portal).json()["result"]
    assert found["result_error"]["c0"]["error"] == "ACCESS_DENIED"
    assert list(found["result"]) == ["c1"]
    assert made(portal) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"do": "refuse", "code": "QUERY_LIMIT_EXCEEDED"}, (503, "QUERY_LIMIT_EXCEEDED")),
        ({"do": "expire"}, (401, "expired_token")),
        ({"do": "refuse", "code": "0", "status": 400, "whole": True}, (400, "0")),
    ],
)
def test_a_refusal_of_the_request_runs_no_command(
    portal: StandInPortal, fault: dict[str, Any], expected: tuple[int, str]
) -> None:
    portal.standin.add_fault(portal.name, "crm.item.payment.list", **fault)
    deal = portal.deal("fresh")
    answer = portal.batch(
        {
            "add": f"{ADD}?entityId={deal}&entityTypeId=2",
            "list": f"crm.item.payment.list?entityId={deal}&entityTypeId=2",
        }
    )
    assert (answer.status, answer.json()["error"]) == expected
    assert made(portal) == 0


def test_a_command_with_another_result(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "answer", result=0)
    found = add_in_batch(portal, 1).json()["result"]
    assert (found["result"], found["result_error"]) == ({"c0": 0}, [])
    assert made(portal) == 0


def test_an_html_page_instead_of_a_batch(portal: StandInPortal) -> None:
    portal.standin.add_fault(portal.name, ADD, "html", when="after")
    answer = add_in_batch(portal, 1)
    assert (answer.status, answer.headers["content-type"][:9]) == (502, "text/html")
    assert made(portal) == 1


@pytest.mark.parametrize(("when", "committed"), [("before", 0), ("after", 1)])
def test_any_bytes_and_any_json(portal: StandInPortal, when: str, committed: int) -> None:
    portal.standin.add_fault(portal.name, ADD, "body", body="\x00\xff[", status=403, when=when)
    answer = portal.add_payment()
    assert (answer.status, answer.body) == (403, b"\x00\xff[")
    portal.standin.add_fault(portal.name, ADD, "json", value={"result": {"a": [None]}}, when=when)
    assert portal.add_payment().json() == {"result": {"a": [None]}}
    assert made(portal) == committed * 2
