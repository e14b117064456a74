"""Results pages become raw CSV files in staging; the `extract` command."""
