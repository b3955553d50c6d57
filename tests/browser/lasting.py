"""A browser whose elements outlive that the page draws them anew: a test asks for what stands there now."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.relative_locator import RelativeBy

_TRIES: Final = 10
T = TypeVar("T")


class LastingElement(WebElement):
    """What an address in the page stands for: the page may draw it anew between finding and asking."""

    address: tuple[str | By | RelativeBy, str | None] | None = None

    def get_attribute(self, name: str) -> str | None:
        return self._lasting(lambda: super(LastingElement, self).get_attribute(name))

    def _execute(self, command: str, params: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - as selenium has it
        return self._lasting(lambda: super(LastingElement, self)._execute(command, params))

    def _lasting(self, ask: Callable[[], T]) -> T:
        for _ in range(_TRIES):
            try:
                return ask()
            except StaleElementReferenceException:
                if self.address is None:
                    raise
                self._id = self.parent.find_element(*self.address).id
        return ask()


class LastingChrome(Chrome):
    """Finds elements that last."""

    _web_element_cls = LastingElement

    def find_element(self, by: str | By | RelativeBy = "id", value: str | None = None) -> LastingElement:
        element = super().find_element(by, value)
        assert isinstance(element, LastingElement)
        element.address = (by, value)
        return element
