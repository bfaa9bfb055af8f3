"""What stands on the pictures for the Market: companies, deals and people that do not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cast:
    """One language's deal: rows of (name, price, quantity), and payments made before.

    `payments` are (position of the row, quantity, whether paid, id of the payment system).
    """

    lang: str
    title: str
    person: str
    money: str
    products: tuple[tuple[str, float, int], ...]
    pay_systems: dict[str, str]
    scenery: dict[str, Any] = field(repr=False)
    payments: tuple[tuple[int, int, bool, int], ...] = (
        (0, 2, True, 3),
        (1, 1, True, 4),
        (2, 3, False, 3),
        (0, 2, False, 4),
    )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "price": price, "quantity": quantity}
            for name, price, quantity in self.products
        ]


ENGLISH = Cast(
    lang="en",
    title="Office fit-out, second floor",
    person="Sam Example",
    money="EUR",
    products=(
        ("Desk, height-adjustable", 480, 8),
        ("Meeting table", 1250, 2),
        ("Acoustic panel", 95, 3),
    ),
    pay_systems={"2": "Cash", "3": "Bank transfer", "4": "Card online"},
    scenery={
        "brand": "Example Interiors",
        "general": "General",
        "stage": "Contract signed",
        "apps": "Apps",
        "deal": "Deal",
        "menu": ["Deals", "Market"],
        "direction": "ltr",
    },
)
GERMAN = Cast(
    lang="de",
    title="Büroausstattung, zweites Geschoss",
    person="Kim Beispiel",
    money="EUR",
    products=(
        ("Schreibtisch, höhenverstellbar", 480, 8),
        ("Besprechungstisch", 1250, 2),
        ("Akustikpaneel", 95, 3),
    ),
    pay_systems={"1": "Kundenkonto", "2": "Bar", "3": "Überweisung", "4": "Karte online"},
    scenery={
        "brand": "Beispiel Interieur",
        "general": "Allgemein",
        "stage": "Vertrag unterschrieben",
        "apps": "Apps",
        "deal": "Auftrag",
        "menu": ["Aufträge", "Market"],
        "direction": "ltr",
    },
)
ARABIC = Cast(
    lang="ar",
    title="تجهيز المكاتب، الطابق الثاني",
    person="سامي مثال",
    money="AED",
    products=(
        ("مكتب قابل لتعديل الارتفاع", 1900, 8),
        ("طاولة اجتماعات", 4800, 2),
        ("لوح عازل للصوت", 360, 3),
    ),
    pay_systems={"1": "رصيد العميل", "2": "نقدًا", "3": "حوالة مصرفية", "4": "بطاقة"},
    scenery={
        "brand": "مثال للتصميم الداخلي",
        "general": "عام",
        "stage": "تم توقيع العقد",
        "apps": "التطبيقات",
        "deal": "صفقة",
        "menu": ["الصفقات", "Market"],
        "direction": "rtl",
    },
)
