"""Oversight of our own house: who looked at what and why, what looks like misuse, what people are told of theirs."""
