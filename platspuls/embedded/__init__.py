"""The embedded mode: a real PostgreSQL and a real MQTT broker from wheels, run as children of one command."""
