"""What the format will hold one day and this version refuses by name.

An instance that states a rule the planner relies on must not be planned without it, so a name in
this table is refused with the number of ``docs/formulation.md`` that is reserved for it.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "penalties": "penalties (K14)",
}
"""Table (file name without ``.csv``, or key of the JSON document): what it would state."""

COLUMNS: dict[str, str] = {
    "handling_kg_per_h": "terminal handling (C10)",
    "late_usd_per_kg_h": "penalties (K14)",
    "unsplittable": "unsplittable consignments",
}
"""Column of any table, or key of any section: what it would state."""

SECTIONS: dict[str, str] = {
    "penalties": "penalties (K14)",
}
"""Section or key of ``instance.toml``: what it would state."""

OTHER_NAMES = {
    **dict.fromkeys(("bsa", "belly", "interline", "given_flights"), "blocks"),
    **dict.fromkeys(("charters", "blocks_sold"), "sold"),
}
"""What planners may call a table of the format: its name there."""
