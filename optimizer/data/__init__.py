"""Built-in reference data: aircraft types, airports, tracks, lanes and charges, with provenance."""

from optimizer.data.loader import Default, PlaceName, Reference, place_names, reference

__all__ = ["Default", "PlaceName", "Reference", "place_names", "reference"]
