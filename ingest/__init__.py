"""The wire contract, the store, and the program that carries records from MQTT into it."""
