"""The rules: functions from a `Context` to problems, grouped by what they look at."""
