"""Where the broker is and how to log in: what the settings say about MQTT."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PacketHandling = Literal["fast", "paho"]


class MqttError(Exception):
    """The broker or paho doesn't let this program work; a retry doesn't help."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """How to reach the broker.

    Attributes:
        host: its name or address.
        port: its port.
        version: "5" or "3.1.1".
        username: None for none.
        password: None for none.
        tls: speak TLS.
        tls_ca: file of the authority that signed its certificate; None for the system's.
        tls_cert: file of our own certificate, None for none.
        tls_key: file of its key.
        keepalive_s: longest silence, in seconds.
        share: name of the shared subscription; None for a plain one.
        receive_maximum: most messages that the broker may send before an acknowledgement (MQTT 5).
        packets: who handles the packets of messages: "fast" for ingest itself, "paho" for the library.
    """

    host: str
    port: int
    version: str = "5"
    username: str | None = None
    password: str | None = None
    tls: bool = False
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    keepalive_s: int = 30
    share: str | None = None
    receive_maximum: int = 200
    packets: PacketHandling = "fast"

    @property
    def is_v5(self) -> bool:
        """Whether it speaks MQTT 5, else 3.1.1."""
        return self.version == "5"
