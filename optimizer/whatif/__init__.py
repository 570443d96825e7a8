"""What if: edits of an instance, scenarios of them, and variants planned beside each other."""

from optimizer.whatif.scenario import (
    Editing,
    Scenario,
    ScenarioError,
    apply,
    edit,
    read_scenario,
    scenario_of,
)

__all__ = [
    "Editing",
    "Scenario",
    "ScenarioError",
    "apply",
    "edit",
    "read_scenario",
    "scenario_of",
]
