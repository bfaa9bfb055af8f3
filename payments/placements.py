"""Where the app shows itself in a portal, and what it is called there in each language."""

from __future__ import annotations

from b24app.installation.placements import Placement

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
_ADD_TITLES = {
    "ar": "إضافة دفعة",
    "br": "Adicionar pagamento",
    "de": "Zahlung hinzufügen",
    "en": "Add payment",
    "fr": "Ajouter un paiement",
    "id": "Tambah pembayaran",
    "in": "भुगतान जोड़ें",
    "it": "Aggiungi pagamento",
    "ja": "支払いを追加",
    "kz": "Төлем қосу",
    "la": "Agregar pago",
    "ms": "Tambah bayaran",
    "pl": "Dodaj płatność",
    "ru": "Добавить оплату",
    "sc": "添加付款",
    "tc": "新增付款",
    "th": "เพิ่มการชำระเงิน",
    "tr": "Ödeme ekle",
    "ua": "Додати платіж",
    "vn": "Thêm thanh toán",
}
PLACEMENTS = (
    Placement("CRM_DEAL_DETAIL_TAB", "/placements/deal/", _TITLES),
    Placement("CRM_SMART_INVOICE_DETAIL_TAB", "/placements/invoice/", _TITLES),
    Placement("CRM_DEAL_LIST_MENU", "/placements/deal/", _ADD_TITLES),
    Placement("CRM_DEAL_DETAIL_TOOLBAR", "/placements/deal/", _ADD_TITLES),
)
