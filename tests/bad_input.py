"""A good instance folder, and what it takes to spoil it.

A case changes files of the good folder and names the finding that has to come of it: file, row,
column, code, and words a planner needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GOOD: dict[str, str] = {
    "instance.toml": """format_version = 1
name = "good"
description = "Yiwu to Luxembourg and Liège"
gateways = ["CGO"]

[period]
kind = "dated"
start = "2025-06-02T00:00Z"
days = 7

[universe]
departure_grid_min = 60
max_stations = 2
""",
    "demand.csv": """consignment,origin,destination,commodity,weight_kg,volume_m3,ready_at,due_at,\
usd_per_chargeable_kg,carriers,customs,requires,provenance,uld_positions,deck
C1,Yiwu,LUX,e-commerce,30000,200,2025-06-02T08:00+08:00,2025-06-07T08:00+02:00,3.1,CV,standard,cool,E,12.5,main
C2,CGO,LGG,"phones,
boxed",20000,90,2025-06-02T08:00+08:00,2025-06-07T08:00+02:00,4,,direct,food,E,7,
C3,LUX,Yiwu,machinery,10000,30,2025-06-03T08:00+02:00,2025-06-08T20:00+08:00,1.2,,,,,,
""",
    "fleet.csv": """tail,count,type,operator,base,start_airport,available_from,available_until,\
contract,acmi_usd_per_block_h,acmi_guarantee_h_per_month,max_block_h,min_block_h
LX-VCA,1,B744F,CV,CGO,,,,,,,120,20
POOL,2,TEST,CV,CGO,,,,acmi,5000,60,,
""",
    "operators.csv": """operator,name,country,role,overflight,technical_landings,crew_rule
CV,Cargolux,LU,planned,RU;KZ,KZ;AZ,OWN
""",
    "types.csv": """type,operating_empty_t,max_payload_t,uld_tare_t,volume_m3,packing_factor,\
max_takeoff_t,max_landing_t,fuel_capacity_t,reserve_fuel_t,range_constant_km,speed_kmh,size_code,\
crew_basic,crew_augmented,main_positions,lower_positions
TEST,160,100,5,700,0.9,400,300,170,10,25000,890,E,2,3,30,9
""",
    "airports.csv": """airport,timezone,latitude_deg,longitude_deg,fuel_usd_per_t
LUX,Europe/Luxembourg,49.63,6.21,780
""",
    "tracks.csv": """origin,destination,distance_km,requires_overflight,both_ways
CGO,LUX,9142,,true
""",
    "charges.csv": """airport,movement,item,from_t,to_t,fixed_usd,night_surcharge_pct,\
night_from_local,night_to_local
LUX,arrival,landing,0,200,900,,,
LUX,arrival,landing,200,,1800,50,23:00,06:00
""",
    "stands.csv": "airport,size_code,stands\nLUX,E,4\n",
    "lanes.csv": """lane,origin,destination,truck_min,payload_kg,volume_m3,usd_per_truck,\
dispatch_every_min
Y1,Yiwu,CGO,900,32000,88,900,360
Y2,CGO,Yiwu,900,32000,88,900,360
""",
    "customs.csv": "mode,export_min,import_min\nstandard,360,240\ndirect,90,90\n",
    "curfews.csv": """airport,movement,rule,from_local,to_local,days,date,types,operators
LUX,any,closed,23:00,06:00,,,,
LGG,departure,closed,01:00,02:00,67,,B744F;TEST,CV
""",
    "slots.csv": "airport,movement,from_local,to_local,days,window_min,movements\n"
    "CGO,departure,00:00,06:00,12345,60,2\n",
    "handling.csv": "airport,cargo,days,date,from_local,to_local,window_min,most_kg\n"
    "CGO,any,12345,,06:00,22:00,480,900000\nLUX,loaded,,,,,,700000\n",
    "stock.csv": "airport,most_kg\nCGO,300000\n",
    "sold.csv": """sold,origin,destination,departs_from,departs_until,weight_kg,volume_m3,\
price_usd,whole_aircraft,operators,types,contracted,penalty_usd_per_kg,uld_positions,deck
S1,CGO,LUX,2025-06-03T08:00+08:00,2025-06-05T08:00+08:00,9000,60,21000,,CV,TEST,yes,1.5,4,main
""",
    "held_slots.csv": "operator,airport,movement,time_local,tolerance_min\n"
    "CV,LUX,arrival,09:30,240\n",
    "rights.csv": "operator,uplift,discharge,max_flights\nCV,CN,LU,7\nCV,CGO,LGG,\n",
    "markets.csv": "station,operators,min_rotations,max_rotations,min_spacing_min\n"
    "LUX,CV,0,4,720\n",
    "requirements.csv": "requirement,types,airports\ncool,B744F;TEST,CGO;LUX\nfood,,\n",
    "incompatible.csv": "requirement,apart_from\nfood,cool\n",
    "maintenance.csv": "tail,start,end\nLX-VCA,2025-06-06T00:00Z,2025-06-06T12:00Z\n",
    "crew_rules.csv": """rule,pilots,report_from_local,report_to_local,max_sectors,rest_class,\
max_flight_min,max_duty_min
OWN,2,06:00,20:00,4,,540,780
OWN,3,,,,2,780,1080
""",
    "crew_bases.csv": "airport,operators,technical_stops,positioning_usd_per_pilot\n"
    "LUX,CV,false,900\nLGG,,true,\n",
    "README.md": "notes\n",
}

CYCLIC = ("instance.toml", 'kind = "dated"', 'kind = "cyclic"')
Edit = tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    """What is changed, and the finding it must lead to.

    Attributes:
        id: Name of the test.
        edits: (file, old text, new text), applied in order.
        files: Files that are put in whole; None takes one away.
    """

    id: str
    code: str
    words: str
    file: str
    row: int | None = None
    column: str = ""
    edits: tuple[Edit, ...] = ()
    files: dict[str, bytes | None] = field(default_factory=dict)


def cell(
    id_: str, file: str, row: int, column: str, old: str, new: str, code: str, words: str
) -> Case:
    """A case of one bad cell."""
    return Case(id_, code, words, f"{file}.csv", row, column, ((f"{file}.csv", old, new),))


def setting(
    id_: str, row: int | None, column: str, old: str, new: str, code: str, words: str
) -> Case:
    """A case of one bad setting."""
    return Case(id_, code, words, "instance.toml", row, column, (("instance.toml", old, new),))


def whole(
    id_: str, file: str, content: bytes | None, code: str, words: str, row: int | None = None
) -> Case:
    """A case of one bad file."""
    return Case(id_, code, words, file, row, "", files={file: content})
