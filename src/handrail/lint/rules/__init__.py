"""The rules: functions from a `Subject` to problems, grouped by what they look at."""
