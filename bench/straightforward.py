"""The consumer that one writes in an afternoon: paho, json, executemany. The peer of `bench.ingest_peers`.

    python -m bench.straightforward DATABASE_URL PORT

It stores the same facts and quarter-hours, a transaction of whatever is waiting (1,000 messages at most). It
acknowledges before it commits, sends no receipts, settles nothing, refuses nothing, and adds a repeat twice.
"""

import json
import queue
import sys
import threading

import psycopg
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

LINE = """
insert into platspuls.line_flow values (%s, %s, %s, %s, %s, 1, %s, %s, %s, %s, %s, 0) on conflict do nothing"""
ZONE = """
insert into platspuls.zone_flow values (%s, %s, %s, %s, %s, 1, %s, %s, %s, %s, %s, %s, %s, 0) on conflict do nothing"""
LINE_QUARTER = """
insert into platspuls.line_quarter as q values (%s, date_bin('15 min', %s, 'epoch'), 1, %s, %s, %s, %s, %s, 0, 0)
on conflict (line_id, start) do update set forward = q.forward + excluded.forward,
  backward = q.backward + excluded.backward, gross_forward = q.gross_forward + excluded.gross_forward,
  gross_backward = q.gross_backward + excluded.gross_backward, observed_ms = q.observed_ms + excluded.observed_ms"""
ZONE_QUARTER = """
insert into platspuls.zone_quarter as q
values (%s, date_bin('15 min', %s, 'epoch'), 1, %s, %s, %s, %s, %s, %s, %s, 0, 0)
on conflict (zone_id, start) do update set entries = q.entries + excluded.entries,
  appeared = q.appeared + excluded.appeared, exits = q.exits + excluded.exits, lost = q.lost + excluded.lost,
  presence_s = q.presence_s + excluded.presence_s, occupancy_max = greatest(q.occupancy_max, excluded.occupancy_max),
  observed_ms = q.observed_ms + excluded.observed_ms"""
MOST = 1000


def main() -> None:
    """Consume until killed."""
    url, port = sys.argv[1], int(sys.argv[2])
    waiting: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    database = psycopg.connect(url)
    ids = {
        (kind, site, key): number
        for kind in ("line", "zone")
        for site, key, number in database.execute(
            f"select s.key, p.key, {kind}_id "  # noqa: S608 - our words
            f"from platspuls.{kind} as p join platspuls.site as s using (site_id)".encode()
        )
    }
    database.commit()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_connect = lambda *_: client.subscribe("platspuls/v1/+/+/records", 1)
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.on_message = lambda _client, _data, message: waiting.put((message.topic, message.payload))
    client.connect("127.0.0.1", port)
    threading.Thread(target=client.loop_forever, daemon=True).start()
    while True:
        batch = [waiting.get()]
        while len(batch) < MOST and not waiting.empty():
            batch.append(waiting.get())
        store(database, ids, batch)


def store(database: psycopg.Connection, ids: dict[tuple[str, str, str], int], batch: list[tuple[str, bytes]]) -> None:
    """Store some messages in one transaction."""
    lines, zones, line_quarters, zone_quarters = [], [], [], []
    for topic, payload in batch:
        site = topic.split("/")[2]
        for record in json.loads(payload)["records"]:
            start, period_s, seq = record["start"], record["period_s"], record["seq"]
            for f in record.get("lines", ()):
                part = ids["line", site, f["line"]]
                counts = (f["forward"], f["backward"], f["gross_forward"], f["gross_backward"], f["observed_ms"])
                lines.append((part, start, period_s, 1, seq, *counts))
                line_quarters.append((part, start, *counts))
            for f in record.get("zones", ()):
                part = ids["zone", site, f["zone"]]
                counts = tuple(
                    f[name]
                    for name in ("entries", "appeared", "exits", "lost", "presence_s", "occupancy_max", "observed_ms")
                )
                zones.append((part, start, period_s, 1, seq, *counts))
                zone_quarters.append((part, start, *counts))
    with database.cursor() as cursor:
        for statement, rows in (
            (LINE, lines),
            (ZONE, zones),
            (LINE_QUARTER, line_quarters),
            (ZONE_QUARTER, zone_quarters),
        ):
            cursor.executemany(statement, rows)
    database.commit()


if __name__ == "__main__":
    main()
