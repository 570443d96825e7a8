"""Built-in reference data: aircraft types, airports, tracks, lanes and charges, with provenance."""

from optimizer.data.loader import Default, Reference, reference

__all__ = ["Default", "Reference", "reference"]
