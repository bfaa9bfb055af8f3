"""Where the app shows itself in a portal, and what the tab is called in each language."""

from __future__ import annotations

from b24app.placements import Placement

_TITLES = {
    "ar": "المدفوعات",
    "br": "Pagamentos",
    "de": "Zahlungen",
    "en": "Payments",
    "fr": "Paiements",
    "id": "Pembayaran",
    "in": "भुगतान",
    "it": "Pagamenti",
    "ja": "支払い",
    "kz": "Төлемдер",
    "la": "Pagos",
    "ms": "Bayaran",
    "pl": "Płatności",
    "ru": "Платежи",
    "sc": "付款",
    "tc": "付款",
    "th": "การชำระเงิน",
    "tr": "Ödemeler",
    "ua": "Платежі",
    "vn": "Thanh toán",
}
PLACEMENTS = (
    Placement("CRM_DEAL_DETAIL_TAB", "/placements/deal/", _TITLES),
    Placement("CRM_SMART_INVOICE_DETAIL_TAB", "/placements/invoice/", _TITLES),
)
