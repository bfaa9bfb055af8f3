"""Every kind of fault does what it says, and what was committed stays committed."""

from __future__ import annotations

import http.client
import threading
from typing import Any

import pytest

from tests.standin.client import Answer, ControlRefused
from tests.standin.tests.conftest import Office, until

ADD = "crm.item.payment.add"
CUT = (OSError, http.client.HTTPException)


def made(office: Office) -> int:
    return len(office.payments())


@pytest.mark.parametrize(
    ("fault", "committed"),
    [
        ({"do": "drop_before"}, 0),
        ({"do": "drop_after"}, 1),
        ({"do": "half_body"}, 1),
        ({"do": "half_body", "when": "before"}, 0),
    ],
)
def test_cut_connections(office: Office, fault: dict[str, Any], committed: int) -> None:
    office.standin.add_fault(office.name, ADD, **fault)
    with pytest.raises(CUT):
        office.add()
    assert made(office) == committed
    assert office.add().status == 200
    lost = next(call for call in office.standin.calls(office.name) if call["method"] == ADD)
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
    office: Office, fault: dict[str, Any], status: int, committed: int
) -> None:
    office.standin.add_fault(office.name, ADD, **fault)
    answer = office.add()
    assert answer.status == status
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        answer.json()
    assert made(office) == committed
    assert office.standin.calls(office.name)[-1]["method"] == "crm.item.payment.list"


def test_refusals(office: Office) -> None:
    for fault, expected in (
        ({"code": "QUERY_LIMIT_EXCEEDED"}, (503, "QUERY_LIMIT_EXCEEDED")),
        ({"code": "OVERLOAD_LIMIT", "status": 503}, (503, "OVERLOAD_LIMIT")),
        ({"code": "NEW_CODE", "text": "Something new"}, (400, "NEW_CODE")),
    ):
        office.standin.add_fault(office.name, ADD, "refuse", **fault)
        answer = office.add()
        assert (answer.status, answer.json()["error"]) == expected
    assert made(office) == 0


def test_an_empty_text(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "empty_text", code="0", status=400)
    assert office.add().json() == {"error": "0", "error_description": ""}


def test_an_expired_token_runs_nothing(office: Office) -> None:
    office.standin.add_fault(office.name, "*", "expire")
    answer = office.add()
    assert (answer.status, answer.json()["error"]) == (401, "expired_token")
    assert office.add().status == 200
    assert made(office) == 1


@pytest.mark.parametrize("result", [0, None, "x", [], {"id": 5}])
def test_another_result(office: Office, result: Any) -> None:
    office.standin.add_fault(office.name, ADD, "answer", result=result)
    answer = office.add()
    assert (answer.status, answer.json()["result"]) == (200, result)
    assert made(office) == 0


def test_a_redirect_runs_nothing(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "redirect", host="evil.localhost:1")
    answer = office.add()
    assert answer.status == 302
    assert answer.headers["location"] == f"http://evil.localhost:1/rest/{ADD}"
    assert made(office) == 0


def test_a_huge_body(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "huge_body", bytes=300_000)
    answer = office.add()
    assert len(answer.body) == 300_000
    assert made(office) == 1


def test_a_slow_drip(office: Office) -> None:
    office.standin.add_fault(office.name, "profile", "slow_drip", seconds=0.3)
    assert office.result("profile")["ID"] == "7"


@pytest.mark.parametrize(("when", "committed"), [("before", 0), ("after", 1)])
def test_a_held_answer_is_released(office: Office, when: str, committed: int) -> None:
    office.standin.add_fault(office.name, ADD, "hold", seconds=30, when=when)
    answers: list[Answer] = []
    adding = threading.Thread(target=lambda: answers.append(office.add()))
    adding.start()
    until(lambda: any(call["method"] == ADD for call in office.standin.calls(office.name)))
    until(lambda: made(office) == committed)
    office.standin.release(office.name)
    adding.join(timeout=10)
    assert [answer.status for answer in answers] == [200]
    assert made(office) == 1


def test_a_client_that_leaves_does_not_undo_the_work(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "hold", seconds=0.3)
    body = {"auth": office.token(), "entityId": office.deal("fresh"), "entityTypeId": 2}
    with pytest.raises(TimeoutError):
        office.standin.send(office.host, f"/rest/{ADD}", body=body, timeout=0.05)
    until(lambda: bool(office.payments()))
    assert made(office) == 1


def test_faults_count_down_and_are_cleared(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "status", times=2, status=500)
    assert [office.add().status for _ in range(3)] == [500, 500, 200]
    office.standin.add_fault(office.name, ADD, "status", times=None, status=500)
    assert [office.add().status for _ in range(3)] == [500] * 3
    assert office.state()["faults"][0]["do"] == "status"
    office.standin.clear_faults(office.name)
    assert office.add().status == 200


def test_a_fault_that_makes_no_sense(office: Office) -> None:
    with pytest.raises(ControlRefused, match="unknown fault"):
        office.standin.add_fault(office.name, ADD, "explode")
    with pytest.raises(ControlRefused, match="when"):
        office.standin.add_fault(office.name, ADD, "html", when="never")


def add_in_batch(office: Office, count: int = 2) -> Answer:
    deal = office.deal("fresh")
    command = f"{ADD}?entityId={deal}&entityTypeId=2"
    return office.batch({f"c{index}": command for index in range(count)})


def test_a_dropped_batch_commits_all_of_it(office: Office) -> None:
    office.standin.add_fault(office.name, "batch", "drop_after")
    with pytest.raises(CUT):
        add_in_batch(office)
    assert made(office) == 2


@pytest.mark.parametrize(("kind", "committed"), [("drop_after", 1), ("drop_before", 0)])
def test_a_command_that_cuts_the_batch(office: Office, kind: str, committed: int) -> None:
    office.standin.add_fault(office.name, ADD, kind)
    with pytest.raises(CUT):
        add_in_batch(office)
    assert made(office) == committed


def test_a_refused_command(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "refuse", code="ACCESS_DENIED")
    found = add_in_batch(office).json()["result"]
    assert found["result_error"]["c0"]["error"] == "ACCESS_DENIED"
    assert list(found["result"]) == ["c1"]
    assert made(office) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"do": "refuse", "code": "QUERY_LIMIT_EXCEEDED"}, (503, "QUERY_LIMIT_EXCEEDED")),
        ({"do": "expire"}, (401, "expired_token")),
        ({"do": "refuse", "code": "0", "status": 400, "whole": True}, (400, "0")),
    ],
)
def test_a_refusal_of_the_request_runs_no_command(
    office: Office, fault: dict[str, Any], expected: tuple[int, str]
) -> None:
    office.standin.add_fault(office.name, "crm.item.payment.list", **fault)
    deal = office.deal("fresh")
    answer = office.batch(
        {
            "add": f"{ADD}?entityId={deal}&entityTypeId=2",
            "list": f"crm.item.payment.list?entityId={deal}&entityTypeId=2",
        }
    )
    assert (answer.status, answer.json()["error"]) == expected
    assert made(office) == 0


def test_a_command_with_another_result(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "answer", result=0)
    found = add_in_batch(office, 1).json()["result"]
    assert (found["result"], found["result_error"]) == ({"c0": 0}, [])
    assert made(office) == 0


def test_an_html_page_instead_of_a_batch(office: Office) -> None:
    office.standin.add_fault(office.name, ADD, "html", when="after")
    answer = add_in_batch(office, 1)
    assert (answer.status, answer.headers["content-type"][:9]) == (502, "text/html")
    assert made(office) == 1


@pytest.mark.parametrize(("when", "committed"), [("before", 0), ("after", 1)])
def test_any_bytes_and_any_json(office: Office, when: str, committed: int) -> None:
    office.standin.add_fault(office.name, ADD, "body", body="\x00\xff[", status=403, when=when)
    answer = office.add()
    assert (answer.status, answer.body) == (403, b"\x00\xff[")
    office.standin.add_fault(office.name, ADD, "json", value={"result": {"a": [None]}}, when=when)
    assert office.add().json() == {"result": {"a": [None]}}
    assert made(office) == committed * 2
