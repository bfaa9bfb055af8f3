"""The addresses of each channel, to the letter, and that no text breaks out of its place."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.sending.channels import Channel, Letter, is_email, to_anybody, to_email, to_phone
from payments.sending.phones import Phone

LETTER = Letter("Payment 3/2", "50 % & more + “٣” 🎉", "https://acme.example/~7?a=1&b=+2")
SENTENCE = "50%20%25%20%26%20more%20%2B%20%E2%80%9C%D9%A3%E2%80%9D%20%F0%9F%8E%89"
LINK = "https%3A%2F%2Facme.example%2F~7%3Fa%3D1%26b%3D%2B2"
TEXT = f"{SENTENCE}%0A{LINK}"
MAIL = f"subject=Payment%203%2F2&body={SENTENCE}%0D%0A{LINK}"
ABROAD, AT_HOME = Phone("493023125411", True), Phone("03023125400", False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def test_without_a_recipient_the_app_that_opens_asks_for_one() -> None:
    assert to_anybody(LETTER) == {
        Channel.WHATSAPP: f"https://wa.me/?text={TEXT}",
        Channel.TELEGRAM: f"https://t.me/share/url?url={LINK}&text={SENTENCE}",
        Channel.SMS: f"sms:?&body={TEXT}",
        Channel.EMAIL: f"mailto:?{MAIL}",
    }


def test_a_number_with_a_countrys_code_is_for_whatsapp_and_sms() -> None:
    assert to_phone(LETTER, ABROAD) == {
        Channel.WHATSAPP: f"https://wa.me/493023125411?text={TEXT}",
        Channel.SMS: f"sms:+493023125411?&body={TEXT}",
    }


def test_a_number_without_one_is_for_sms_alone() -> None:
    assert to_phone(LETTER, AT_HOME) == {Channel.SMS: f"sms:03023125400?&body={TEXT}"}


def test_an_address_is_for_e_mail() -> None:
    assert to_email(LETTER, "a+b&c?d=e%2C'x@bücher.example") == {
        Channel.EMAIL: f"mailto:a%2Bb%26c%3Fd%3De%252C%27x@b%C3%BCcher.example?{MAIL}"
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.com",
        "anna@",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "a@example.com b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\n",
        "a@b@example.com",
        "Anna <anna@example.com>",
        '"a b"@example.com',
        "a@example.com\u2028",
        "a\x00@example.com",
    ],
)
def test_what_may_be_more_than_one_address_is_none(text: str) -> None:
    assert not is_email(text)
    assert to_email(LETTER, text) == {}


@given(TEXTS, TEXTS, TEXTS)
def test_no_text_breaks_out_of_its_place(subject: str, sentence: str, link: str) -> None:
    letter = Letter(subject, sentence, link)
    found = {**to_anybody(letter), **to_email(letter, "a@example.com")}
    for channel, address in found.items():
        assert address.isascii()
        assert not set(address) & set(" \"'<>\r\n\t\\")
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.fragment) == {
            Channel.WHATSAPP: ("https", "wa.me", ""),
            Channel.TELEGRAM: ("https", "t.me", ""),
            Channel.SMS: ("sms", "", ""),
            Channel.EMAIL: ("mailto", "", ""),
        }[channel]
        given_ = parse_qs(parts.query, keep_blank_values=True)
        texts = {
            Channel.WHATSAPP: {"text": [letter.text]},
            Channel.TELEGRAM: {"url": [link], "text": [sentence]},
            Channel.SMS: {"body": [letter.text]},
            Channel.EMAIL: {"subject": [subject], "body": [letter.text.replace("\n", "\r\n")]},
        }[channel]
        given_.pop("", None)
        assert given_ == texts
