"""The ingest program: takes records from the MQTT broker into the store, and answers with receipts.

A batch goes: `mqtt` (receive) -> `inbox` (queue) -> `messages` (decode) -> `reconnecting_store` (retry) -> `quarantine`
(around what fails) -> `batch.writer` (classify, store, settle, receipt) -> `mqtt` (acknowledge, send receipts).
`service` runs it in this order.
"""
