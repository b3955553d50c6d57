"""The browser writes numbers, plurals and texts as the server does: static/shared/text.js and api/web/formatting.py."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from selenium.webdriver import Chrome

from api.web.formatting import write_count, write_decimal, write_last, write_signed
from api.web.i18n import texts
from api.web.live.counters import span_text
from core.texts.catalog import Language
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser
VALUES = (-1413, -140, 0, 1, 12, 999, 1234, 1_234_567)
SCRIPT = """
const [values, one, several, done] = arguments;
const page = document.querySelector("script[src$='live/site.js']").src;
import(page.replace("live/site.js", "shared/text.js")).then((text) => {
  const write = text.makeWriter("Europe/Stockholm");
  done({
    counts: values.map((value) => write.count(Math.abs(value))),
    signed: values.map((value) => write.signed(value)),
    decimals: values.map((value) => write.decimal(value / 8)),
    plurals: values.map((value) => text.ngettext(one, several, value, { count: write.count(value) })),
    plain: text._("not observed"),
    spans: [121, 7169, 7170, 171000, 630720000].map((value) => write.span(value)),
    last: [0, 51_000_000, 55_000_000].map((ago) => write.last(1795266309000 - ago, 1795266309000)),
  });
});
"""


@pytest.mark.parametrize("language", Language)
def test_the_browser_and_the_server_write_alike(browser: Chrome, served: Served, language: Language) -> None:
    browser.get(f"{served.page}?lang={language}")
    one, several = "{count} record", "{count} records"
    written = browser.execute_async_script(SCRIPT, list(VALUES), one, several)
    assert written["counts"] == [write_count(abs(value), language) for value in VALUES]
    assert written["signed"] == [write_signed(value, language) for value in VALUES]
    positive = [value for value in VALUES if value > 0]
    assert written["decimals"][-len(positive) :] == [write_decimal(value / 8, 1, language) for value in positive]
    assert written["plurals"][-len(positive) :] == [
        texts(language).ngettext(one, several, value).format(count=write_count(value, language)) for value in positive
    ]
    assert written["spans"] == [span_text(seconds, language) for seconds in (121, 7169, 7170, 171000, 630720000)]
    now = datetime.fromtimestamp(1795266309, UTC)
    assert written["last"] == [
        write_last(now - timedelta(seconds=ago), now, ZoneInfo("Europe/Stockholm")) for ago in (0, 51_000, 55_000)
    ]
    assert written["plain"] == texts(language).gettext("not observed")
