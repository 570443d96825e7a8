"""Versions of what is installed, without importing it."""

from __future__ import annotations

from importlib import metadata


def version_of(distribution: str) -> str | None:
    """Version of an installed distribution; None if it is not there."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
