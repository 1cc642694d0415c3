"""Who is who among all that is held: every record is met with every other, and what may be one is said with
why.
"""
