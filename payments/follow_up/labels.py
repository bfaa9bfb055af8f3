"""How the fields are called in a portal, by its languages, and the values of the list among them.

A portal takes all of them at once and keeps those of its installed languages; the values of a list
have one text for everybody.
"""

from __future__ import annotations

from django.utils.translation import pgettext

from payments.placements import TITLES
from payments.types import Figure, Settled

LABELS: dict[Figure, dict[str, str]] = {
    Figure.PAID: {
        "ar": "المدفوع",
        "br": "Pago",
        "de": "Bezahlt",
        "en": "Paid",
        "fr": "Payé",
        "id": "Sudah dibayar",
        "in": "चुकाया गया",
        "it": "Pagato",
        "ja": "支払済み",
        "kz": "Төленді",
        "la": "Pagado",
        "ms": "Sudah dibayar",
        "pl": "Zapłacono",
        "ru": "Оплачено",
        "sc": "已付",
        "tc": "已付",
        "th": "ชำระแล้ว",
        "tr": "Ödenen",
        "ua": "Сплачено",
        "vn": "Đã thanh toán",
    },
    Figure.LEFT: {
        "ar": "المتبقي للدفع",
        "br": "A pagar",
        "de": "Noch zu zahlen",
        "en": "Left to pay",
        "fr": "Reste à payer",
        "id": "Sisa pembayaran",
        "in": "चुकाना बाकी",
        "it": "Da pagare",
        "ja": "未払い残高",
        "kz": "Төлеуге қалды",
        "la": "Por pagar",
        "ms": "Baki bayaran",
        "pl": "Pozostało do zapłaty",
        "ru": "Осталось оплатить",
        "sc": "待付",
        "tc": "待付",
        "th": "คงเหลือต้องชำระ",
        "tr": "Kalan ödeme",
        "ua": "Залишилося сплатити",
        "vn": "Còn phải trả",
    },
    Figure.LAST: {
        "ar": "آخر دفعة",
        "br": "Último pagamento",
        "de": "Letzte Zahlung",
        "en": "Last paid",
        "fr": "Dernier paiement",
        "id": "Pembayaran terakhir",
        "in": "अंतिम भुगतान",
        "it": "Ultimo pagamento",
        "ja": "最終支払日",
        "kz": "Соңғы төлем",
        "la": "Último pago",
        "ms": "Bayaran terakhir",
        "pl": "Ostatnia wpłata",
        "ru": "Последняя оплата",
        "sc": "最近付款",
        "tc": "最近付款",
        "th": "ชำระล่าสุด",
        "tr": "Son ödeme",
        "ua": "Остання оплата",
        "vn": "Thanh toán gần nhất",
    },
    Figure.STATE: TITLES,
}


def choice_texts() -> dict[Settled, str]:
    """The values of the list, in the active language."""
    return {
        Settled.NONE: pgettext("how much of a deal is paid", "nothing paid"),
        Settled.PART: pgettext("how much of a deal is paid", "partly paid"),
        Settled.ALL: pgettext("how much of a deal is paid", "all paid"),
    }
