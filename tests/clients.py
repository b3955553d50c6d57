"""What all tests do with a client of the MQTT library."""

from paho.mqtt.client import Client


def end(client: Client) -> None:
    """Disconnect, and close all of its sockets now: those left to the garbage collector may fail the run of tests."""
    client.disconnect()
    client.loop_stop()
    client._reset_sockets()  # noqa: SLF001 - the library closes what wakes its thread nowhere else
