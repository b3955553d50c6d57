"""The outbox of a page, as a test asks it."""

from typing import Any

from selenium.webdriver import Chrome

from tests.support.waiting import eventually

_OPEN = """
const done = arguments[arguments.length - 1];
const bar = document.querySelector('script[src$="offline/bar.js"]').src;
const outbox = import(bar.replace("offline/bar.js", "shared/outbox.js")).then(({ openOutbox }) =>
  openOutbox(JSON.parse(document.getElementById("offline").textContent)));
"""


def asked(browser: Chrome, script: str, *arguments: object) -> Any:  # noqa: ANN401 - what a script returns is anything
    """Return what an async function body returns, with `outbox` and `given` (the arguments)."""
    body = f"outbox.then(async (outbox) => {{ {script} }}).then(done, (error) => done({{error: String(error)}}));"
    return browser.execute_async_script(f"const given = [...arguments].slice(0, -1);{_OPEN}{body}", *arguments)


def added(browser: Chrome, **write: object) -> str:
    """Add a write; return its id."""
    found: str = asked(browser, "return (await outbox.add(given[0])).id", write)
    assert isinstance(found, str), found
    return found


def settled(browser: Chrome, entry: str, ms: int = 2_000) -> dict[str, Any]:
    """Return what became of a write."""
    found: dict[str, Any] = asked(browser, "return await outbox.settled(given[0], given[1])", entry, ms)
    return found


def entries(browser: Chrome) -> list[dict[str, Any]]:
    """Return all writes of the page's author."""
    found: list[dict[str, Any]] = asked(browser, "return await outbox.entries()")
    return found


def waits_for_none(browser: Chrome, timeout_s: float = 30) -> None:
    """Wait until everything is sent."""
    eventually(lambda: {entry["state"] for entry in entries(browser)} <= {"sent"}, timeout_s)


def cut(browser: Chrome, *, off: bool) -> None:
    """Take the network from the page, or give it back."""
    browser.execute_cdp_cmd("Network.enable", {})
    conditions = {"offline": off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)
