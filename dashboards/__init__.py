"""Grafana dashboards, built from typed Python."""
