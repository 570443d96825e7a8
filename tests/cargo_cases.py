"""Hand-worked cases of what is carried: weight and volume, special cargo, promises, blocks."""

from __future__ import annotations

from optimizer.domain.demand import Commitment, Consignment
from optimizer.domain.instance import Instance
from optimizer.domain.special import Incompatible, Requirement
from tests.builders import HandWorked, aircraft, airport, block, consignment, tail, tiny


def cargo_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_weight_volume(), 482_942_800_000, 1),
        HandWorked(case_special_cargo(), 500_000_000_000, 2),
        HandWorked(case_incompatible(), 350_000_000_000, 1),
        HandWorked(case_positions(), 196_000_000_000, 1),
        HandWorked(case_commitment(None), 230_000_000_000, 1),
        HandWorked(case_commitment(1.5), 235_000_000_000, 1),
        HandWorked(case_commitment(2.5), 230_000_000_000, 1),
        HandWorked(case_blocks(2.2), 256_000_000_000, 1),
        HandWorked(case_blocks(1.8), 260_000_000_000, 1),
        HandWorked(case_hard_block_first(), 36_000_000_000, 0),
    ]


def case_weight_volume() -> Instance:
    """Hand-worked 2: 90,000 kg and 720 m³; light freight at 4 USD, dense at 2: 482,942.80 USD."""
    return tiny(
        name="weight-volume",
        description="Which mix of light and dense freight fills 90 t and 720 m³ best?",
        days=1,
        types=(aircraft(max_payload_t=90, volume_m3=800, packing_factor=0.9),),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            consignment(
                "A", due_min=1440, weight_kg=240_000, volume_m3=2_000, usd_per_chargeable_kg=4
            ),
            consignment(
                "B", due_min=1440, weight_kg=240_000, volume_m3=500, usd_per_chargeable_kg=2
            ),
        ),
    )


def case_special_cargo() -> Instance:
    """Hand-worked 7: a nose door on the small aircraft only, and no cool room at LUX.

    Outsize cargo at 5 USD fills the 60 t of the small one, general cargo at 2 USD the 100 t of the
    large one, and what must be cool stays behind: 60,000 x 5 + 100,000 x 2 = 500,000 USD.
    """

    def cargo(name: str, weight_kg: float, usd: float, *requires: str) -> Consignment:
        return consignment(
            name,
            due_min=1440,
            weight_kg=weight_kg,
            volume_m3=weight_kg / 500,
            usd_per_chargeable_kg=usd,
            requires=requires,
        )

    return tiny(
        name="special-cargo",
        description="Who may carry what needs a nose door, and what a cool room?",
        days=1,
        types=(aircraft(), aircraft("T60", max_payload_t=60)),
        fleet=(tail(end_airport="LUX"), tail("T2", type="T60", end_airport="LUX")),
        requirements=(
            Requirement(requirement="nose door", types=("T60",)),
            Requirement(requirement="cool", airports=("CGO",)),
        ),
        demand=(
            cargo("OUTSIZE", 80_000, 5, "nose door"),
            cargo("GENERAL", 200_000, 2),
            cargo("COOL", 20_000, 9, "cool"),
        ),
    )


def case_incompatible(*, beside_block: bool = True, tails: int = 1) -> Instance:
    """Live animals must not be beside dry ice: who gets the flight, and who a block of 20 t?

    40 t of animals at 5 USD, 70 t on dry ice at 3 USD, 50 t of anything else at 2 USD; a flight of
    100 t, a block of 20 t at 1 USD. Ice and 30 t of others fly, and 20 t of animals are on the
    block: 210,000 + 60,000 + 100,000 - 20,000 = 350,000. The other way round 40 t of animals fly
    with 50 t of others, and 20 t of ice on the block: 200,000 + 100,000 + 40,000 = 340,000.
    """

    def cargo(name: str, weight_kg: float, usd: float, *requires: str) -> Consignment:
        return consignment(
            name,
            due_min=1440,
            weight_kg=weight_kg,
            volume_m3=weight_kg / 500,
            usd_per_chargeable_kg=usd,
            requires=requires,
        )

    goods = ("live animals", "dry ice")
    bought = block("B", weight_kg=20_000, volume_m3=100, usd_per_kg=1, meets=goods)
    return tiny(
        name="incompatible",
        description="Live animals and dry ice must not be on one leg: which goes with what?",
        days=1,
        fleet=(tail(count=tails, end_airport="LUX"),),
        requirements=tuple(Requirement(requirement=name) for name in goods),
        incompatible=(Incompatible(requirement=goods[0], apart_from=goods[1]),),
        demand=(
            cargo("ANIMALS", 40_000, 5, "live animals"),
            cargo("ICE", 70_000, 3, "dry ice"),
            cargo("OTHER", 50_000, 2),
        ),
        blocks=(bought,) if beside_block else (),
    )


def case_positions() -> Instance:
    """10 positions on the main deck, 5 on the lower: 150,000 + 30,000 + 16,000 = 196,000 USD."""

    def cargo(name: str, weight_kg: float, usd: float, positions: float, deck: str) -> Consignment:
        return consignment(
            name,
            due_min=1440,
            weight_kg=weight_kg,
            volume_m3=weight_kg / 500,
            usd_per_chargeable_kg=usd,
            uld_positions=positions,
            deck=deck,
        )

    return tiny(
        name="uld-positions",
        description="Which cargo takes the positions of which deck?",
        days=1,
        types=(aircraft(main_positions=10, lower_positions=5),),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            cargo("OUTSIZE", 60_000, 3, 12, "main"),
            cargo("LOWER", 7_500, 4, 3, "lower"),
            cargo("PALLETS", 40_000, 2, 10, "any"),
        ),
    )


def case_commitment(penalty_usd_per_kg: float | None) -> Instance:
    """Hand-worked 7: 90 t for 80 t at 3 USD and 40 t at 1 USD, of which half is promised.

    80 + 10 t earn 250,000 USD. 10 t more of the promised cargo cost 20,000 of freight: 230,000; or
    their penalty, at 1.5 USD/kg 15,000: 235,000; at 2.5 they are carried.
    """
    terms = "hard" if penalty_usd_per_kg is None else f"{penalty_usd_per_kg:g}-usd"
    demand = [
        consignment(name, due_min=1440, weight_kg=1000 * tonnes, volume_m3=4 * tonnes,
                    usd_per_chargeable_kg=usd, shipper=shipper)
        for name, tonnes, usd, shipper in (("A", 80, 3, "Spot"), ("B", 40, 1, "Jinhua"))
    ]  # fmt: skip
    return tiny(
        name=f"commitment-{terms}",
        description="Half of a shipper's cargo is promised: deliver it, or pay?",
        days=1,
        types=(aircraft(max_payload_t=90),),
        fleet=(tail(end_airport="LUX"),),
        demand=tuple(demand),
        commitments=(
            Commitment(
                commitment="Jinhua share",
                shipper="Jinhua",
                min_share=0.5,
                penalty_usd_per_kg=penalty_usd_per_kg,
            ),
        ),
    )


def case_blocks(soft_usd_per_kg: float) -> Instance:
    """Hand-worked: 90 t on the own flight, 30 t on a hard block, and a soft block for the rest?

    40 t at 3 USD and 100 t at 2 USD. Hard: 24,000 USD in any case, for 30 t. With 120 t carried:
    120,000 + 160,000 - 24,000 = 256,000. The last 20 t at 2 USD go by the soft block at 1.8 USD
    (4,000 more), not at 2.2.
    """
    demand = [
        consignment(name, due_min=1440, weight_kg=1000 * tonnes, volume_m3=4 * tonnes,
                    usd_per_chargeable_kg=usd)
        for name, tonnes, usd in (("A", 40, 3), ("B", 100, 2))
    ]  # fmt: skip
    return tiny(
        name=f"blocks-{soft_usd_per_kg:g}-usd",
        description="A hard block that is paid anyway, a soft one by the kilogram: which is used?",
        days=1,
        types=(aircraft(max_payload_t=90),),
        fleet=(tail(end_airport="LUX"),),
        demand=tuple(demand),
        blocks=(
            block("HARD", flight="XB 1", fixed_usd=24_000),
            block("SOFT", kind="belly", operator="XC", flight="XC 7", weight_kg=40_000,
                  volume_m3=200, usd_per_kg=soft_usd_per_kg),
        ),
    )  # fmt: skip


def case_hard_block_first() -> Instance:
    """Hand-worked: 50 t at 2 USD, 30 t of a block already paid with 24,000 USD, a flight of 50,000.

    The block alone earns 60,000 - 24,000 = 36,000 USD; flying too 100,000 - 74,000 = 26,000.
    """
    return tiny(
        name="block-hard-first",
        description="A block is paid in any case: is a flight worth its price beside it?",
        days=2,
        airports=(airport("CGO"), airport("LUX", ramp_turn_usd=50_000)),
        demand=(consignment("D", due_min=2880),),
        blocks=(block("HARD", flight="XB 1", fixed_usd=24_000),),
    )
