"""The officers' terminal: its words, what may be asked of it, and how the answers are laid out."""
