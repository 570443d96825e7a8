"""The reference model: a compact MILP over the time-space network, to be read next to
``docs/formulation.md``.

Sets. R: timed rotations of the universe; P: pools; a *carriage* q is a consignment c(q) between two
full stops of a rotation r(q), in its own or a later week; a *dispatch* is an absolute minute t of a
truck lane. A bought block is a rotation that somebody else flies in any case: it has carriages,
but no x, and fuel(q) is its price. What surely never pays is left out (`optimizer.model.sets`).

Variables.

    x[p,r]   in {0..size(p)}  flights of rotation r by pool p
    g[p,a]   >= 0             tails of pool p waiting on the ground arc a of its network
    z[q]     >= 0             kg of carriage q on all flights of its rotation
    f[c,l,t] >= 0             kg of consignment c on feeder lane l at dispatch t
    d[c,l,t] >= 0             kg of consignment c on delivery lane l at dispatch t
    y[l,t,m] in {0,1,..}      trucks on lane l at dispatch t (cyclic: modulo the week), mode m
    n[p]     in {0..size(p)}  tails of a returnable offer that are returned
    b[p]     >= 0             block minutes paid to the lessor of an ACMI pool
    u[k]     in [0, least(k)] kg short of a commitment k with a penalty
    w[h]     in [0, times(h)] flights missing of a published flight h with a penalty
    m[h,p,r] >= 0             of a counted published flight h, what flights of r by p are
    v[q]     in {0,1}         whether a sold block is provided on rotation r(q)
    a[r,i,j] in {0,1}         whether the first goods of an incompatible pair j may be on leg i of r
    s[c,h,e] >= 0             kg of c that wait at gateway h from instant e to the next; a carriage
                              of cargo that changes there is inbound (i) or outbound (o)

Master.

    max  sum q (revenue - handling - fuel)(q) z[q]              R1 to R4 K9 K1 K12 K13
       - sum p,r cost(p,r) x[p,r]                               K1 K2 K3 K5 K6 K7 K8 K13 R4
       - sum p (lease(p) (size(p) - n[p]) + rate(p) b[p])       K4
       - sum l,t,m price(l,m) y[l,t,m]                          K10
       - sum q storage off-block(q) z[q]
       + sum c,l,t storage (t + truck time(l)) f[c,l,t]         K11
       - sum q: o storage connection(q) z[q]
       - sum c,h,e storage wait(e) s[c,h,e]                     K11
       - sum k penalty(k) u[k] - sum h penalty(h) w[h]          K14
       - sum fixed prices of hard blocks                        K12

    C0   sum {q: c(q) = c, not o} z[q] <= weight(c);  likewise not i
    C1   flow of x[p,.] and g[p,.] is conserved at every node of the network of pool p;
         dated: the source sends size(p) - n[p]; cyclic: sum wraps (x + g) <= size(p) - n[p]
    C4   sum {q on leg i of r} z[q]          <= cap(r,i)  sum p x[p,r]
    C5   sum {q on leg i of r} volume(q) z[q] <= volume(r) sum p x[p,r]
         z[q] <= min(weight, cap, volume / volume(q), positions / positions(q)) sum p x[p,r(q)]
    C6   sum {q on leg i of r} positions(q) z[q] <= positions(r) sum p x[p,r], over the cargo for
         the main deck, for the lower deck, and all
    C7   sum of the movements of x in a slot window <= movements;
         movements at a minute = sum of their matches with held slots, each slot <= its number
    C9   at every on-block: sum of aircraft on the ground of a size or larger <= such stands
    C10  sum of the z loaded or unloaded in a window of a terminal <= its limit;
         after every arrival at an airport: sum of f there so far - sum of z gone <= its stock,
         likewise of what is there when ready, or comes in to change aircraft
    C11  per consignment and feeder lane, after every dispatch k in order:
         sum {t <= k} f - sum {q: off-block before dispatch k+1 is accepted} z  >= 0
         longest dwell: sum {q: off-block within the dwell of k} z - sum {t <= k} f >= 0
         deliveries:    sum {q: released by k} z - sum {t <= k} d >= 0;  in all, f = z = d
    C12  sum f + d <= payload y,  volume f + d <= volume y,  f, d <= weight(c) y;
         sum m y[l,t,m] <= trucks available
    C14  min (size - n) <= sum r block(r) x[p,r] <= max (size - n);  at the base over maintenance
    C15  sum of rotations that offer a pair of a cap <= its number
    C16  sum {q on leg i of r, first goods of j} z[q]  <= most a[r,i,j]
         sum {q on leg i of r, second goods of j} z[q] <= most (sum p x[p,r] - a[r,i,j])
         (a rotation that may be flown more than once is as many r, each flown at most once)
    C17  least <= sum of rotations that serve a station <= most;  any two of them spaced apart
    C18  sum {q on a bought block} z[q] <= its kg,  sum volume(q) z[q] <= its volume;
         c(q) sold: z[q] = weight(c) v[q];  a whole aircraft: other z[q'] on its legs
         <= min(weight, cap, ..) (sum p x[p,r] - sum v[q])
    C19  sum {q: c(q) in k, not i} z[q] + u[k] >= least(k);  without u where there is no penalty
    C20  sum {p,r: as published in h} x[p,r] + w[h] >= times(h);
         C19 of cargo k tendered for h only with {q: c(q) in k, r(q) as published in h};
         sum h times(h) + sum p,r x[p,r] - sum h,p,r (2 if as published, 1 if moved) m[h,p,r]
         <= changes,  sum p,r m[h,p,r] <= times(h),  sum h m[h,p,r] <= x[p,r]
    C21  s[c,h,e] = s[c,h,e-1] + sum {q: i, on-block + connection = e} z[q]
                                - sum {q: o, off-block = e} z[q],  the last one is 0;
         longest dwell: s[c,h,e-1] <= sum {q: i, within the dwell of e, ready before e} z[q]
    K4   b[p] >= sum r block(r) x[p,r],  b[p] >= guarantee(p) (size(p) - n[p])

C2, C3, C8, the rest of C14, C15 and C16, and the places and carriers of C0 decide which rotations
and carriages exist (`optimizer.network`).
"""

from __future__ import annotations

from typing import Any, Self

from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.apart_rows import c16_apart
from optimizer.model.block_rows import c18_blocks
from optimizer.model.cargo_rows import (
    c0_offered,
    c4_weight,
    c5_volume,
    c10_handling,
    c11_deliveries,
    c11_feeders,
    flown_once,
    link_cargo_to_flights,
)
from optimizer.model.columns import Columns
from optimizer.model.commitment_rows import c19_commitments, c20_frozen
from optimizer.model.export import pulp_problem
from optimizer.model.fleet_rows import c1_continuity, c14_hours, c14_maintenance, k4_paid_hours
from optimizer.model.movement_rows import c7_held_slots, c7_slot_windows, c9_stands
from optimizer.model.objective import contribution
from optimizer.model.position_rows import c6_positions
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Restriction
from optimizer.model.service_rows import c15_frequency_caps, c17_service
from optimizer.model.sets import Sets
from optimizer.model.sold_rows import c18_sold
from optimizer.model.stock_rows import c10_stock
from optimizer.model.transit_rows import c21_transit
from optimizer.model.truck_rows import c12_trucks, c12_trucks_available

FAMILIES = (
    ("C0", c0_offered),
    ("C1", c1_continuity),
    ("C14", c14_hours),
    ("C14", c14_maintenance),
    ("K4", k4_paid_hours),
    ("C0", flown_once),
    ("C0", link_cargo_to_flights),
    ("C4", c4_weight),
    ("C5", c5_volume),
    ("C6", c6_positions),
    ("C7", c7_slot_windows),
    ("C7", c7_held_slots),
    ("C9", c9_stands),
    ("C10", c10_handling),
    ("C11", c11_feeders),
    ("C11", c11_deliveries),
    ("C10", c10_stock),
    ("C12", c12_trucks),
    ("C12", c12_trucks_available),
    ("C15", c15_frequency_caps),
    ("C16", c16_apart),
    ("C17", c17_service),
    ("C18", c18_blocks),
    ("C18", c18_sold),
    ("C19", c19_commitments),
    ("C20", c20_frozen),
    ("C21", c21_transit),
    ("K", contribution),
)
"""What makes the model, in order, with the number that leaves it out when relaxed.

C1 and C11 are loosened by their own functions, since flows must exist without them too.
"""

RELAXABLE = frozenset(f"C{number}" for number in range(1, 22))
"""Numbers of the constraints that a model can leave out."""


class ReferenceModel:
    """The reference MILP of a resolved instance; contribution in USD, cargo in kg, times in min.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out, of `RELAXABLE`. That only ever adds plans: the
            optimum rises or stays.
        restriction: The part of all plans to choose from; None for all.
        repertoire: Cargo and cost of rotations, shared between models of one instance.

    Raises:
        ValueError: A number that cannot be left out.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        relaxed: frozenset[str] = frozenset(),
        restriction: Restriction | None = None,
        repertoire: Repertoire | None = None,
    ) -> None:
        if unknown := relaxed - RELAXABLE:
            raise ValueError(f"cannot leave out {', '.join(sorted(unknown))}")
        self.resolved = resolved
        self.relaxed = relaxed
        self.restriction = restriction
        self.repertoire = repertoire
        self.columns: Columns | None = None

    def build(self) -> Self:
        """Write down all variables and rows."""
        sets = Sets(self.resolved, self.relaxed, self.restriction, self.repertoire)
        self.columns = Columns(sets)
        for number, family in FAMILIES:
            if number not in self.relaxed or number in ("C1", "C11"):
                family(self.columns)
        return self

    @property
    def built(self) -> Columns:
        """The variables.

        Raises:
            RuntimeError: The model is not built.
        """
        if self.columns is None:
            raise RuntimeError("build() the model first")
        return self.columns

    @property
    def problem(self) -> Any:
        """A copy as a `pulp.LpProblem`."""
        return pulp_problem(self.built.programme)[0]
