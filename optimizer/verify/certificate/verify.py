"""The check of a certificate: names, signs, the tree, the bound of every leaf, the plan."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import Certificate, Leaf, Node, Path, Quantity, leaves_of
from optimizer.plan.plan import Plan
from optimizer.verify.certificate.clusters import cluster_problems, foreign_cargo, taken_off
from optimizer.verify.certificate.leaf import Bounds
from optimizer.verify.certificate.names import Names, wrong_price
from optimizer.verify.certificate.report import CertificateReport, TooLargeError
from optimizer.verify.certificate.universe import OwnUniverse
from optimizer.verify.money import own_lines
from optimizer.verify.reading import read
from optimizer.verify.words import usd

MOST_PROBLEMS = 50
"""Most problems of one certificate that are told."""


def verify_certificate(
    resolved: ResolvedInstance, certificate: Certificate, plan: Plan | None = None
) -> CertificateReport:
    """Recompute the bound of a certificate and judge what it claims.

    Args:
        resolved: The resolved instance.
        certificate: Any certificate; what makes no sense is reported, never an error.
        plan: A plan that must not earn more than the bound.
    """
    problems = list(_form(resolved, certificate))[:MOST_PROBLEMS]
    bound, rotations = None, 0
    if not problems:
        universe = OwnUniverse(resolved)
        rotations = universe.count()
        try:
            bound, problems = _judge(resolved, universe, certificate, plan)
        except TooLargeError as error:
            problems = [f"the bound cannot be recomputed: {error}"]
    return CertificateReport(
        accepted=not problems,
        bound_micro=bound,
        claimed_micro=certificate.bound_micro,
        problems=tuple(problems),
        rotations=rotations,
    )


def _judge(
    resolved: ResolvedInstance, universe: OwnUniverse, certificate: Certificate, plan: Plan | None
) -> tuple[int | None, list[str]]:
    """The bound of the largest leaf, less what trees of clusters take off; and what is wrong with
    the claim or the plan."""
    claimed = certificate.bound_micro
    bounds = Bounds(resolved, universe, certificate.residuals)
    problems = [*foreign_cargo(resolved, bounds, certificate)]
    if problems:
        return None, problems
    bound = _bound(bounds, certificate)
    if bound is not None and bound > claimed:  # a rough bound may be the reason
        bounds.exactly = True
        bound = _bound(bounds, certificate)
    if bound is not None and bound > claimed:
        problems.append(
            f"the certificate claims that no plan earns more than {usd(claimed)}, but its prices "
            f"prove {usd(bound)} only"
        )
    if plan is not None:
        problems += _plan_problems(resolved, plan, claimed if bound is None else bound)
    return bound, problems


def _bound(bounds: Bounds, certificate: Certificate) -> int | None:
    """The bound of the largest leaf, less what trees of clusters take off."""
    bound: int | None = None
    for leaf, path in certificate.leaves():
        most = None if leaf.empty else bounds.bound_micro(leaf.prices, path)
        if most is not None and (bound is None or most > bound):
            bound = most
    less = taken_off(bounds, certificate)
    return None if bound is None or less is None else bound - less


def _plan_problems(resolved: ResolvedInstance, plan: Plan, bound_micro: int) -> Iterator[str]:
    """A plan that earns more than the bound, roundings aside: half a micro-dollar for each line.

    Lines that may be rounded: six for a flight of a load (R1, R2, K9 twice, K11, K12) and its
    support (R4), fuel and carbon for a leg, ACMI for a pool.
    """
    case, _ = read(resolved, plan)
    earned = sum(line.amount_micro for line in own_lines(case))
    legs = sum(len(flight.rotation.legs) for flight in plan.flights)
    by_part = 6 + len(resolved.supports)
    parts = sum(len(load.segments) for load in plan.loads)
    rounded = by_part * parts + 2 * legs + len(resolved.pools)
    if 2 * earned > 2 * bound_micro + rounded:
        yield f"the plan earns {usd(earned)}, more than the bound of {usd(bound_micro)}"


def _form(resolved: ResolvedInstance, certificate: Certificate) -> Iterator[str]:
    """What is wrong before anything is computed."""
    if certificate.instance != resolved.name:
        yield f"the certificate is of instance {certificate.instance}, not of {resolved.name}"
    if certificate.resolved_digest != resolved_digest(resolved):
        yield "the certificate was made for another resolved instance: the digests differ"
    names = Names(resolved, certificate.residuals)
    yield from names.residual_problems()
    yield from _tree(names, certificate.root, "")
    yield from cluster_problems(resolved, certificate)
    for cluster in certificate.clusters:
        yield from _tree(names, cluster.root, f"cluster of {', '.join(cluster.pools)}: ")


def _tree(names: Names, root: Node, where: str) -> Iterator[str]:
    for number, (leaf, path) in enumerate(leaves_of(root), start=1):
        found = _empty_leaf(path) if leaf.empty else _leaf(names, leaf, path)
        yield from (f"{where}leaf {number}: {problem}" for problem in found)
    for quantity in dict.fromkeys(q for _, path in leaves_of(root) for q, _, _ in path):
        yield from (f"{where}{problem}" for problem in names.quantity_problems(quantity))


def _leaf(names: Names, leaf: Leaf, path: Path) -> Iterator[str]:
    yield from names.problems(leaf.prices)
    given, due = len(leaf.prices.branches), len(path)
    if given != due:
        yield f"{given} prices of branches, but {due} branches lead to it"
        return
    for (_, sense, most), price in zip(path, leaf.prices.branches, strict=True):
        yield from wrong_price(f"branch {sense} {most}", price, upper=sense == "at_most")


def _empty_leaf(path: Path) -> Iterator[str]:
    """An empty leaf has an upper limit below 0, or below a lower one of the same quantity."""
    most: dict[Quantity, int] = {}
    least: dict[Quantity, int] = {}
    for quantity, sense, number in path:
        if sense == "at_most":
            most[quantity] = min(number, most.get(quantity, number))
        else:
            least[quantity] = max(number, least.get(quantity, number))
    if not any(limit < max(0, least.get(quantity, 0)) for quantity, limit in most.items()):
        yield "it is said to be empty, but its branches do not contradict each other"
