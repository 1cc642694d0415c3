"""A joint exercise with invented people: the demo, training, and the truth our scores are measured against."""
