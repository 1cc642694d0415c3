"""Who may know what, why, for how long: values in, decisions with their reasons out; no clock, no disk."""
