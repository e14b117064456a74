"""What only Athena's tables need: a lock in S3, and a broom for the folders that dead builds leave there."""
