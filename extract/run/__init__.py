"""One run: what is asked for, how it is set up and executed, what came of it."""
