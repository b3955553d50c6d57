"""`platspuls ingest`: from the MQTT broker to the store."""

import signal
import sys
import threading

import click

from platspuls.cli.shared import FAILED, fail, failing


@click.group()
def ingest() -> None:
    """Store what the counters send."""


@ingest.command()
def run() -> None:
    """Store what arrives, until ended by SIGTERM or Ctrl-C.

    Set up by environment variables: PLATSPULS_DATABASE_URL and those that begin with PLATSPULS_INGEST_.

    Exit codes: 0 ended by a signal; 2 settings are wrong; 3 the database isn't ready for this version; 4 the broker
    refuses us; 70 anything else, which is a fault of this program.
    """
    import gc
    import logging

    from core import logs
    from core.settings import SettingsError
    from ingest.health import HealthError
    from ingest.mqtt.address import MqttError
    from ingest.service import IngestService
    from ingest.settings import load
    from store.database import NotReadyError

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with failing(2, SettingsError, HealthError), failing(4, MqttError):
            settings = load()
            logs.set_up(settings.log_level)
            service = IngestService(settings, stop)
            # A batch makes tens of thousands of objects and no circles: looking for circles took a quarter of the time.
            gc.freeze()
            gc.set_threshold(100_000, 50, 100)
            service.run()
    except NotReadyError as error:
        fail(f"the database isn't ready: {error}", FAILED)
    except Exception:  # the outermost: logged with its traceback, and the exit code says that it is a fault
        logging.getLogger("ingest").exception("ended by a fault of this program")
        sys.exit(70)
