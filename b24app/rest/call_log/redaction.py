"""What may be kept of parameters and answers: a table by field name, closed by default.

Pure. A field that is not in the table is counted, never kept; a value that has not the form of its
field becomes "…". Names, titles, comments, phones, mail and web addresses and tokens have no form
here, so that a new field of Bitrix24 is kept only after somebody has put it into the table.
Sources: b24restdocs market/preparing-to-publish/common-requirements.md (logs of requests and
answers), security-recommendations.md (no tokens and no personal data in them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

CUT = "…"
Form = Callable[[Any], bool]
Look = Callable[[str], Form | None]
_LARGEST = 10**15
_DEEPEST = 6
# Written once, because every value of every call is asked.
_SCALARS, _NUMBERS, _LISTS = frozenset({str, int, float, bool}), (int, float), (list, tuple)
_MOST_FIELDS, _LONGEST_NAME = 200, 40
_LONGEST_ID = 10
# Longer lists show their beginning, their number and their last item.
_MOST_ITEMS, _MOST_VALUES, _FIRST = 4, 20, 3
_OPERATORS = "!<>=@%*?~"
# `$result[add]` stands for the id that an earlier command of the batch gives.
_NUMERAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,8})?|\$result(?:\[[A-Za-z0-9_]{1,40}\]){1,3}")
# No part is as long as a token; a member id has 32 characters.
_CODE = re.compile(r"[A-Za-z0-9]{1,26}(?:[_.:-][A-Za-z0-9]{1,26}){0,6}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]{5,20})?")
_ACCOUNT = re.compile(r"[0-9]{1,12}(?:/[0-9]{1,6})?")
_MARK = re.compile(r"(?:sale_basket_|crm_pr_)[0-9]{1,15}")
_HANDLER = re.compile(r"https?://[A-Za-z0-9.:-]{1,100}(?:/[a-z_-]{0,30}){0,6}")


def _node(value: Any) -> bool:
    """Fields or a list of them; no value of its own."""
    return False


def _order(value: Any) -> bool:
    """Fields of the table with a direction each."""
    return value in ("asc", "desc", "ASC", "DESC")


def _number(value: Any) -> bool:
    """An id, a quantity, a sum; portals write them as texts as well. NaN is none."""
    if isinstance(value, _NUMBERS):
        return -_LARGEST < value < _LARGEST
    return isinstance(value, str) and _NUMERAL.fullmatch(value) is not None


def _bare(value: Any) -> bool:
    """A result without a field name: an id or a yes; more digits may be anything."""
    return _number(value) and len(str(value)) <= _LONGEST_ID


def _flag(value: Any) -> bool:
    return isinstance(value, bool) or value in ("Y", "N", "", 0, 1)


def _text(pattern: re.Pattern[str]) -> Form:
    def has_form(value: Any) -> bool:
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    return has_form


_code = _text(_CODE)


def _rows(**forms: tuple[Form, str]) -> dict[str, Form]:
    return {name: form for form, names in forms.values() for name in names.split()}


# In lower case and without underscores: ID and id, PAY_SYSTEM_ID and paySystemId are the same.
FIELDS: Mapping[str, Form] = _rows(
    nodes=(_node, "item items fields filter productrows logmessage"),
    orders=(_order, "order"),
    ids=(
        _number,
        "id entityid entitytypeid ownerid orderid paymentid rowid productid basketid deliveryid"
        " paysystemid persontypeid categoryid userid assignedbyid createdby responsibleid"
        " emppaidid empresponsibleid authorid ufcrmdpstate",
    ),
    figures=(
        _number,
        "quantity sum price priceexclusive opportunity taxvalue taxrate discountsum sort start next"
        " total version days ufcrmdppaid ufcrmdpleft",
    ),
    flags=(
        _flag,
        "paid active admin installed paymentexpired taxincluded ismanualopportunity opened closed"
        " isexisting isavailable",
    ),
    codes=(
        _code,
        "ownertype currency currencyid stageid stagesemanticid entityregistrytype status license"
        " select placement event iconcode fieldname usertypeid showfilter",
    ),
    dates=(_text(_DATE), "datepaid ufcrmdplast createdtime"),
    accounts=(_text(_ACCOUNT), "accountnumber"),
    marks=(_text(_MARK), "xmlid"),
    handlers=(_text(_HANDLER), "handler"),
)
_WITH_FIELDS = (_node, _order, _bare)
_TIME = ("duration", "operating", "operating_reset_at")
# These methods answer with bare codes.
_BARE: Mapping[str, Form] = {"scope": _code}


@lru_cache(maxsize=1024)
def _form_of(name: str) -> Form | None:
    """The form of a field by its name, such as `>id` or `PAY_SYSTEM_ID`."""
    return FIELDS.get(name.lstrip(_OPERATORS).replace("_", "").lower())


def _form_in_method_get(name: str) -> Form | None:
    """There the name is that of a method, everywhere else that of a person or a product."""
    return _code if name == "name" else _form_of(name)


_OF_METHODS: Mapping[str, Look] = {"method.get": _form_in_method_get}


def kept_params(method: str, params: Mapping[str, Any]) -> Any:
    """What may be kept of the parameters of a command."""
    return _kept(dict(params), _node, _OF_METHODS.get(method, _form_of), _DEEPEST)


def kept_result(method: str, result: Any) -> Any:
    """What may be kept of the result of a command: fields, lists of them, or a bare number."""
    return _kept(result, _BARE.get(method, _bare), _form_of, _DEEPEST)


def kept_time(block: Any) -> Any:
    """How long the portal worked and what is used of the method's time (b24restdocs: limits.md)."""
    if not isinstance(block, dict):
        return CUT
    times = {name: block[name] for name in _TIME if name in block and _number(block[name])}
    return {name: round(at, 4) if type(at) is float else at for name, at in times.items()}


def kept_code(code: Any) -> Any:
    """The code of an error, a word or a number, unless it is something else in its place."""
    return code if _number(code) or _code(code) else CUT


def _kept(value: Any, form: Form, look: Look, depth: int) -> Any:
    if isinstance(value, dict):
        if depth and form in _WITH_FIELDS:
            return _kept_fields(value, form, look, depth - 1)
        return CUT
    if isinstance(value, _LISTS):
        return _kept_items(value, form, look, depth - 1) if depth else CUT
    return value if value is None or form(value) else CUT


def _kept_fields(value: dict[Any, Any], form: Form, look: Look, depth: int) -> dict[str, Any]:
    """Known fields that have a value; the number of all others that have one stands under "…"."""
    kept: dict[str, Any] = {}
    others = max(0, len(value) - _MOST_FIELDS)
    for key, item in islice(value.items(), _MOST_FIELDS) if others else value.items():
        if item is None:
            continue
        name = key if type(key) is str else str(key)
        known = look(name) if len(name) <= _LONGEST_NAME else None
        if known is None:
            others += 1
        elif type(item) in _SCALARS and form is not _order:
            kept[name] = item if known(item) else CUT
        else:
            kept[name] = _kept(item, _order if form is _order else known, look, depth)
    if others:
        kept[CUT] = others
    return kept


def _kept_items(value: Sequence[Any], form: Form, look: Look, depth: int) -> list[Any]:
    """The items; of a long list the first ones, how many there are, and the last one."""
    most = _MOST_ITEMS if value and isinstance(value[0], dict) else _MOST_VALUES
    if len(value) <= most:
        return [_kept(item, form, look, depth) for item in value]
    first = [_kept(item, form, look, depth) for item in value[:_FIRST]]
    return [*first, f"{CUT} {len(value)} in all", _kept(value[-1], form, look, depth)]
