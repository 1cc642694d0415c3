"""The officers' pages, in French and English: one file a desk, over the same deeds as the terminal."""
