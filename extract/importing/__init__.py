"""Rows that others scraped become a staged run: read, mapped, reconciled to the row."""
