"""All that talks to PyIceberg: catalog, partitioning, commit, evolution, snapshots, maintenance."""
