"""What developers run on the repository itself; not installed with the package."""
