"""The licence agreement and the privacy policy: readable by anybody, and true to the models."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.support.app import App
from tests.support.portal import new_portal

pytestmark = pytest.mark.words

PAGES = ("/legal/licence/", "/legal/privacy/")
GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}


@pytest.mark.parametrize("path", PAGES)
def test_each_is_written_in_english_and_in_german(app: App, path: str) -> None:
    english, german = app.send(path), app.send(f"{path}de/")
    assert english.soup.select("html[lang=en]")
    assert german.soup.select("html[lang=de]")
    assert "Bitrix24 Market" in english.text
    assert "Bitrix24 Market" in german.text
    assert app.send(path, headers=GERMAN).text == german.text
    assert app.send(path, headers={"Accept-Language": "ar"}).text == english.text
    assert app.send(f"{path}en/", headers=GERMAN).text == english.text
    assert app.send(path, method="HEAD").status == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_link_in_it_leads_somewhere(app: App, path: str) -> None:
    for page in (app.send(f"{path}en/"), app.send(f"{path}de/")):
        links = [str(link["href"]) for link in page.soup.select("main a")]
        assert links
        for link in links:
            assert app.send(link).status == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_operator_is_named_once_there_is_one(path: str, settings: LazySettings) -> None:
    settings.OPERATOR_NAME = "Example <Payments> Ltd"
    settings.OPERATOR_EMAIL = "help@example.com"
    for language in ("en", "de"):
        page = Client(SERVER_NAME="app.localhost").get(f"{path}{language}/").content.decode()
        assert "Example &lt;Payments&gt; Ltd" in page
        assert 'href="mailto:help@example.com"' in page


def test_the_human_page_and_the_installer_lead_to_both(app: App) -> None:
    for page in (app.send("/"), new_portal(app).open_installer()):
        assert [str(link["href"]) for link in page.soup.select(".links a")] == list(PAGES)
