"""Measurements, each by the same doors that officers and partners use: `python -m benchmarks.SUBJECT --json`."""
