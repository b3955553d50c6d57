"""Every text of the dashboards, in Swedish and English: what several use, and a file a dashboard."""
