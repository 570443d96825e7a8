"""Everything wrong with an instance that only resolving it shows, collected and raised at once."""

from __future__ import annotations

from optimizer.errors import Finding, InstanceError


class Findings:
    """Collects findings, each once."""

    def __init__(self) -> None:
        self._findings: dict[Finding, None] = {}

    def add(
        self,
        code: str,
        table: str,
        problem: str,
        *,
        column: str = "",
        value: object = "",
        expected: str = "",
    ) -> None:
        """Note a problem with a table (or ``instance`` for the head of the instance)."""
        finding = Finding(
            problem=problem,
            file="instance.toml" if table == "instance" else f"{table}.csv",
            column=column,
            value=str(value),
            expected=expected,
            code=code,
        )
        self._findings.setdefault(finding)

    def raise_if_any(self) -> None:
        """Raise all findings so far.

        Raises:
            InstanceError: There is at least one.
        """
        if self._findings:
            raise InstanceError(sorted(self._findings, key=str))
