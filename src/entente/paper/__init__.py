"""Paper: what of the plan is carried into a room and laid on a table, in both languages.

What stands on a sheet is gathered here as plain values; how it looks is said in the sheets themselves (`*.typ`). Words
of officers reach a sheet as data and are never read as markup.
"""
