"""Invented nights at sea, with a physics and errors of their own: to train, to show, and to measure the picture."""
