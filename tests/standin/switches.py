"""How one portal behaves where versions, editions and sources differ; see `Switches`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Switches:
    """Each default is what the current cloud does, by its source.

    - error_code_style: codes 0 and 100 as "string" (now) or "number" (before autumn 2025)
    - statuses: HTTP statuses of refusals as the "source" sets them, or as the "docs" name them:
      ACCESS_DENIED of the payment family 403 or 400; insufficient_scope, user_access_error and the
      ACCESS_DENIED of plan and person 401 or 403. denied_status and scope_status change the first
      and the second and third of these alone
    - system_texts: the texts of plan and person are "fixed" English, or "none"
    - batch_forbids: globs of methods that batch refuses; batch_leaks_403: a command denied with 403
      turns the whole batch answer into HTTP 403
    - texts: language of method errors (en, de, ru), or "none" for empty ones
    - mode: "deals" is CRM without orders, as every new portal has it, or "orders"
    - noop_saves_synchronise: a save of rows that changes no value makes the order follow too
    - sum_decimals: places of a payment's sum and of prices: 8, or 2 before 26.150; 4 is what the
      column of the sum holds
    - invoice_products: False is an invoice type whose products are switched off
    - row_id_style: parts name the basket item ("entityId") unless a row's xmlId names that, or
      always the row ("rowId"), as the docs read
    - payments_page: the list of payments is cut to so many and tells that it goes on; names_makers:
      payments name who made them; knows_makers: they can be filtered by it at all
    - sales_reads: a salesperson may read "own" deals (a deal that is gone is denied) or "all"
    - orders_for_sales: everybody's right on ORDER but the administrators': "none", or on a portal
      with old roles "edit" (or "read")
    - bucket: the leaky bucket, or {"drain": 2, "burst": 50}
    - operating_limit: seconds in ten minutes per method; operating_cost: seconds to charge a call
      with instead of its real ones, or {method: seconds} for some of them
    - modules, plan_limit (payments made in the portal itself that close the plan), plan_rest
    - site_closed: HTTP status of PORTAL_DELETED, or None
    - payment_expired: PAYMENT_REQUIRED from portal and OAuth server; payment_grace: REST still
      works. With either the portal opens no frame and serves none that is open
    - refresh_auth: a frame that asks for a new token is "answered", or meets "silence"
    - refresh_mode: "rotate" (a used refresh token is dead) or "grace" (it still works);
      single_use_pair: a refresh kills the old access token too
    - names_owners: the OAuth server's answers with a pair say whose it is (`user_id`)
    - oauth_installed: when the OAuth server's app.info calls the app installed: from the "finished"
      set-up on, or as soon as it is "present"
    - gone_answer: what the OAuth server says of an app that was removed; tokens_outlive_removal:
      its app.info says so only once the access token's hour is over
    - client_endpoint: what the OAuth server calls the portal's address, if not its own
    - install_event: ONAPPINSTALL comes "after" the end of set-up, "before" it, or "never"
    - event_secrets: the application token is in each event but ONAPPPAYMENT, as "documented", or
      "always", or "never"
    - send_optional_fields: False is the older box without SERVER_ENDPOINT, APPLICATION_TOKEN
      and APPLICATION_SCOPE in the frame
    - payment_page: "ready", "no_site" (the first question for a link sets it up, which takes
      site_seconds; until then there is no link), "unverified" (the HTTP 200 way) or "refused"
    - zone: ru, by and kz never say that the portal is not verified
    - return_address: where the app's card lets codes come back: its "main" address or "callback"
    - asks_consent: a signed-in user is asked before a code is given; cancel_returns: Cancel goes
      back to the app with error=access_denied instead of ending on a page of the portal
    - kept_languages: the only languages whose titles a placement keeps, or None for all
    - unknown_places: placements that this portal does not have
    - sends_uri: frames get the page behind them as URI; without a Referer they do not
    - list_style: answers that are lists come as a "list", or as a "map" of numbers with a gap, as
      PHP writes an array from which something was taken
    - installed_languages: the only ones in which a field's labels are kept
    - field_name_length: how long a field's name may be, 50, or 20 in older boxes; most_fields: how
      many there may be
    - admins_run_crm: the portal's administrator may change the CRM's settings too
    - hidden_fields: names of the deal's own fields that a role does not see, by role
    - list_numbers: the value of a list is answered as a "number" or as a "text"
    - clears_fields: an empty value that crm.item.update writes is kept
    - checks_mandatory: mandatory fields are looked at when "changed", or "all" at each save
    - latency_ms: added to each answer of this portal; None leaves the server's own
    """

    error_code_style: str = "string"
    statuses: str = "source"
    denied_status: int | None = None
    scope_status: int | None = None
    system_texts: str = "fixed"
    batch_forbids: list[str] = field(default_factory=list)
    batch_leaks_403: bool = True
    texts: str = "en"
    mode: str = "deals"
    noop_saves_synchronise: bool = True
    sum_decimals: int = 8
    invoice_products: bool = True
    row_id_style: str = "entityId"
    payments_page: int | None = None
    names_makers: bool = True
    knows_makers: bool = True
    sales_reads: str = "own"
    orders_for_sales: str = "none"
    bucket: bool | dict[str, float] = False
    operating_limit: float | None = None
    operating_cost: float | dict[str, float] | None = None
    modules: list[str] = field(default_factory=lambda: ["sale", "salescenter"])
    plan_limit: int | None = None
    plan_rest: bool = True
    site_closed: int | None = None
    payment_expired: bool = False
    payment_grace: bool = False
    refresh_auth: str = "answered"
    refresh_mode: str = "rotate"
    single_use_pair: bool = False
    names_owners: bool = True
    oauth_installed: str = "finished"
    gone_answer: str = "invalid_client"
    tokens_outlive_removal: bool = False
    client_endpoint: str = ""
    install_event: str = "after"
    event_secrets: str = "documented"
    send_optional_fields: bool = True
    payment_page: str = "ready"
    site_seconds: float = 1.0
    zone: str = "com"
    return_address: str = "main"
    asks_consent: bool = False
    cancel_returns: bool = False
    kept_languages: list[str] | None = None
    unknown_places: list[str] = field(default_factory=list)
    sends_uri: bool = True
    list_style: str = "list"
    installed_languages: list[str] = field(default_factory=lambda: ["en", "de", "ru"])
    field_name_length: int = 50
    most_fields: int = 1016
    admins_run_crm: bool = True
    hidden_fields: dict[str, list[str]] = field(default_factory=dict)
    list_numbers: str = "number"
    clears_fields: bool = True
    checks_mandatory: str = "changed"
    latency_ms: float | None = None

    @property
    def status_of_denied(self) -> int:
        """Of a missing right in the payment family."""
        return self.denied_status or (400 if self.statuses == "docs" else 403)

    @property
    def status_of_scope(self) -> int:
        """Of a missing scope, and of an app that is not for this person."""
        return self.scope_status or self.status_of_layer

    @property
    def status_of_layer(self) -> int:
        """Of what the REST layer refuses before any method."""
        return 403 if self.statuses == "docs" else 401

    @property
    def is_paid(self) -> bool:
        """Whether the portal opens the app at all."""
        return not (self.payment_expired or self.payment_grace)

    def change(self, values: dict[str, Any]) -> None:
        """Set the named switches. Raises KeyError for a name that is none."""
        known = {each.name for each in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise KeyError(name)
            setattr(self, name, value)
