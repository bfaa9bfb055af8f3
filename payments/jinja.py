"""What the pages about payments can say besides: money, days, the rows of lists and forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jinja2 import Environment

from b24app.web import jinja
from payments.formats import clock, day, money, month, pattern, quantity
from payments.limits import MOST_PAYMENTS
from payments.messages.offer import contents_of, doubt_note, product_note, rows_unknown
from payments.messages.products import quantity_faults, why_missing
from payments.tab.addresses import address_of
from payments.tab.rows import payment_rows
from payments.tab.state import SHOWN_AT_ONCE


def environment(**options: Any) -> Environment:
    """The environment of all pages; settings.TEMPLATES names it."""
    made = jinja.environment(**options)
    made.globals |= {
        "address_of": address_of,
        "faults": quantity_faults,
        "most_payments": Decimal(MOST_PAYMENTS),
        "shown_at_once": SHOWN_AT_ONCE,
    }
    made.filters |= {
        "clock": clock,
        "contents": contents_of,
        "day": day,
        "doubt_note": doubt_note,
        "line_note": product_note,
        "money": money,
        "money_pattern": pattern,
        "month": month,
        "number": quantity,
        "payment_rows": payment_rows,
        "rows_unknown": rows_unknown,
        "why_missing": why_missing,
    }
    return made
