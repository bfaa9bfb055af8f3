"""What a hostile portal, proxy or browser may send: any JSON, odd texts, bodies known to hurt."""

from __future__ import annotations

from hypothesis import strategies as st

ODD_TEXT = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\ud800", "a" * 5000, "=1+1", "<script>", "\u202e", "1e400", "-0", "\r\nX: y"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | ODD_TEXT
    | st.sampled_from([2**63, -1, 10**400, "9" * 5000, float("nan"), float("inf")])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXT, inner, max_size=4),
    max_leaves=12,
)
# One byte a character, as `http_answer` and the stand-in's fault "body" take them.
BODIES = [
    "",
    "\x00",
    "null",
    "[]",
    "{}",
    '"x"',
    "\xff\xfe{}",
    "[" * 200_000,
    '{"a":' * 200_000,
    '{"result":' + "9" * 100_000 + "}",
    '{"result":1e999999}',
    '{"result":NaN}',
    '{"result":{"result":[],"result_error":[[[]]]}}',
    '{"result":{"result":{},"result_error":{"x":{"error":{}}}}}',
    '{"result":{"result":{"app":{"CODE":"\\ud800"},"me":{"ID":"\\u0000"}}}}',
    '{"error":{"code":["a"]},"error_description":{"b":1}}',
    '{"error":"\\ud800\\u0000","error_description":"\\udfff"}',
    '{"error":null,"error_description":null}',
    '{"error":"' + "A" * 200_000 + '"}',
    '{"error_description":"' + "x" * 200_000 + '","error":"0"}',
    '{"result":[]} trailing',
    '{"result"',
    "<html><script>alert(1)</script>",
]
