"""Who may know what, why, and for how long: values in, decisions with their reasons out. Nothing here reads a clock."""
