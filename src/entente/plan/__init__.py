"""The plan that both shores own: one value computed from the set of what was said, the same on either side."""
