"""The morning's verdict: the state of the tables, what changed in them, and what that is called. Writes no table."""
