"""A package, so that its browser ends with it: while one runs, no other loop of events may start in this process."""
