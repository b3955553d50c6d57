"""How paho is set up: client, log-in, TLS, properties of the connection, subscriptions."""

import secrets
from typing import Final, TypeVar

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from core import wire
from ingest.mqtt.address import BrokerAddress, MqttError

_MAX_PACKET_BYTES: Final = 1_048_576
"""The broker may send nothing larger (MQTT 5). Far above what the wire allows, so that what is too large is seen."""


C = TypeVar("C", bound=paho.Client)


def new_client(address: BrokerAddress, kind: type[C]) -> C:
    """Return a client that acknowledges nothing by itself. Raises MqttError when the files of TLS can't be used."""
    client = kind(
        CallbackAPIVersion.VERSION2,
        client_id=f"platspuls-ingest-{secrets.token_hex(6)}",
        clean_session=None if address.is_v5 else True,
        protocol=MQTTProtocolVersion.MQTTv5 if address.is_v5 else MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    if address.username is not None:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        _use_tls(client, address)
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    return client


def _use_tls(client: paho.Client, address: BrokerAddress) -> None:
    ca, cert, key = (str(path) if path else None for path in (address.tls_ca, address.tls_cert, address.tls_key))
    try:
        client.tls_set(ca_certs=ca, certfile=cert, keyfile=key)
    except OSError as error:
        named = ", ".join(text for text in (ca, cert, key) if text)
        raise MqttError(f"the files of TLS can't be used ({named}): {error}") from error


def connect(client: paho.Client, address: BrokerAddress) -> None:
    """Connect in the background, and reconnect whenever the connection is lost.

    Sessions are clean and end with the connection: what was not acknowledged is not the broker's to keep, the device
    sends it again until it has a receipt.
    """
    if address.is_v5:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho has no annotation there
        properties.ReceiveMaximum = address.receive_maximum
        properties.MaximumPacketSize = _MAX_PACKET_BYTES
        properties.SessionExpiryInterval = 0
        client.connect_async(address.host, address.port, address.keepalive_s, clean_start=True, properties=properties)
    else:
        client.connect_async(address.host, address.port, address.keepalive_s)
    client.loop_start()


def subscriptions(address: BrokerAddress) -> list[tuple[str, int]] | list[tuple[str, SubscribeOptions]]:
    """Records once among those who share them; live ticks and status to everyone."""
    filters = [
        (wire.subscription(wire.Kind.RECORDS, address.share), 1),
        (wire.subscription(wire.Kind.LIVE), 0),
        (wire.subscription(wire.Kind.STATUS), 1),
    ]
    if address.is_v5:
        return [(text, SubscribeOptions(qos=qos)) for text, qos in filters]
    return filters


def close_wakeup_sockets(client: paho.Client) -> None:
    """Close what wakes paho's thread, once that has ended: else it stays until garbage is collected."""
    if close := getattr(client, "_reset_sockets", None):
        close(sockpair_only=True)
