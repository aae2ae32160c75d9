"""The whole service in a process of its own, on a free port, with a database of its own."""

from benchmarks.service import Service, running_service

__all__ = ["Service", "running_service"]
