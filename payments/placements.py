"""Where the app shows itself in a portal, its titles there, and what a check of them says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from b24app.spec import Placement, Words

TITLES = {
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
_OWED_TITLES = {
    "ar": "من عليه مستحقات",
    "br": "Quem deve o quê",
    "de": "Wer schuldet was",
    "en": "Who owes what",
    "fr": "Qui doit quoi",
    "id": "Siapa berutang apa",
    "in": "किसका कितना बकाया",
    "it": "Chi deve cosa",
    "ja": "未払いの状況",
    "kz": "Кім қанша қарыз",
    "la": "Quién debe qué",
    "ms": "Siapa berhutang apa",
    "pl": "Kto ile jest winien",
    "ru": "Кто сколько должен",
    "sc": "谁欠多少",
    "tc": "誰欠多少",
    "th": "ใครค้างชำระเท่าไร",
    "tr": "Kim ne kadar borçlu",
    "ua": "Хто скільки винен",
    "vn": "Ai còn nợ bao nhiêu",
}
_INSTALL_AGAIN = _("Install the app again; if that does not help, send the details to its support.")
PLACEMENTS = (
    Placement(
        "CRM_DEAL_DETAIL_TAB",
        "/placements/deal/",
        TITLES,
        Words(
            _("Payments tab in deals"), _("The tab could not be added to deals."), _INSTALL_AGAIN
        ),
        is_required=True,
    ),
    Placement(
        "CRM_SMART_INVOICE_DETAIL_TAB",
        "/placements/invoice/",
        TITLES,
        Words(
            _("Payments tab in invoices"),
            _("The tab could not be added to invoices; deals are not affected."),
            _("If you use invoices, update Bitrix24 and install the app again."),
        ),
    ),
    Placement(
        "CRM_DEAL_LIST_MENU",
        "/placements/deal/",
        _ADD_TITLES,
        Words(
            _("Add payment in the list of deals"),
            _("The entry could not be added to the list; the tab in deals is not affected."),
            _INSTALL_AGAIN,
        ),
    ),
    Placement(
        "CRM_DEAL_DETAIL_TOOLBAR",
        "/placements/deal/",
        _ADD_TITLES,
        Words(
            _("Add payment at the top of deals"),
            _("The entry could not be added; the tab in deals is not affected."),
            _INSTALL_AGAIN,
        ),
    ),
    Placement(
        "CRM_DEAL_LIST_TOOLBAR",
        "/placements/owed/",
        _OWED_TITLES,
        Words(
            _("Who owes what above the list of deals"),
            _("The entry could not be added; the main page of the app has the same."),
            _INSTALL_AGAIN,
        ),
    ),
    Placement(
        "CRM_ANALYTICS_MENU",
        "/placements/owed/",
        _OWED_TITLES,
        Words(
            _("Who owes what in CRM analytics"),
            _("The entry could not be added; the main page of the app has the same."),
            _INSTALL_AGAIN,
        ),
    ),
    Placement(
        "CRM_CONTACT_DETAIL_TAB",
        "/placements/owed/",
        _OWED_TITLES,
        Words(
            _("Who owes what in contacts"),
            _("The tab could not be added; the main page of the app has the same."),
            _INSTALL_AGAIN,
        ),
    ),
    Placement(
        "CRM_COMPANY_DETAIL_TAB",
        "/placements/owed/",
        _OWED_TITLES,
        Words(
            _("Who owes what in companies"),
            _("The tab could not be added; the main page of the app has the same."),
            _INSTALL_AGAIN,
        ),
    ),
)
