"""Who may come in, and until when: one code, for one browser, a few tries, a quarter of an hour."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final

OPEN_S: Final = 900.0
TRIES: Final = 5
_DIGITS: Final = 8


def new_code() -> str:
    """Return eight digits by chance: with five tries, one in twenty million is guessed."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


@dataclass(slots=True)
class OneTimeCode:
    """Lets in the one browser that knows the code. Safe to use from several threads.

    Attributes:
        code: what must be known; of no use once it was used.
        clock: returns seconds that only run forward.
        open_s: how long it is open, in seconds.
        closed: is set when the page is done, when too many codes were wrong, and when time is up.
    """

    code: str
    clock: Callable[[], float]
    open_s: float = OPEN_S
    closed: Event = field(default_factory=Event)
    _opened_s: float = 0.0
    _tries: int = TRIES
    _token: str = ""
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Begin to count the time."""
        self._opened_s = self.clock()

    @property
    def left_s(self) -> float:
        """Seconds until it closes; 0 when it is closed."""
        if self.closed.is_set():
            return 0.0
        return max(self._opened_s + self.open_s - self.clock(), 0.0)

    @property
    def tries(self) -> int:
        """How many more codes may be wrong; 0 when there is no more use in trying."""
        return 0 if self._token else self._tries

    def redeem(self, code: str) -> str | None:
        """Return a token for who knows the code, once; None for everybody else, who have one try less."""
        with self._lock:
            if self._token or self._tries == 0 or not self.left_s:
                return None
            if secrets.compare_digest(code.replace(" ", "").encode(), self.code.encode()):
                self._token = secrets.token_urlsafe(32)
                return self._token
            self._tries -= 1
            if not self._tries:
                self.closed.set()
            return None

    def accepts(self, token: str) -> bool:
        """Return whether a token is the one that was given out, while it is open."""
        return bool(self._token and self.left_s) and secrets.compare_digest(token.encode(), self._token.encode())
