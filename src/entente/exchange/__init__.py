"""Between nodes: what leaves, what arrives, and the proof of both."""
