"""What the project costs at full size, and data to measure it with."""
