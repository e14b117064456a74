"""A local Athena for tests: moto for S3, Glue and STS, Athena's query API of our own, real Trino underneath."""
