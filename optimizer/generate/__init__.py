"""Synthetic instances of any size, drawn from distributions with provenance."""

from optimizer.generate.first import first_instance_files
from optimizer.generate.options import SWITCHES, GeneratorOptions
from optimizer.generate.synthetic import LADDER, LadderName, generate, ladder, ladder_options
from optimizer.generate.tiny import TINY_LIMITS, tiny

__all__ = [
    "LADDER",
    "SWITCHES",
    "TINY_LIMITS",
    "GeneratorOptions",
    "LadderName",
    "first_instance_files",
    "generate",
    "ladder",
    "ladder_options",
    "tiny",
]
