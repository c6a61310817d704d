"""Reports of a run: functions of the runner's events (`runner/events.py`)."""
