"""A first instance of a few lines, for a planner to start from."""

from __future__ import annotations

from importlib import resources

NAMES = ("README.md", "instance.toml", "demand.csv", "fleet.csv")


def first_instance_files() -> dict[str, str]:
    """Names and texts of the files of a first instance folder.

    Two tails fly from Zhengzhou to Liege and Madrid, with cargo by truck from Yiwu and Zhengzhou
    city; amounts, times and freights are made up (estimates).
    """
    folder = resources.files("optimizer.generate").joinpath("first_instance")
    return {name: folder.joinpath(name).read_text(encoding="utf-8") for name in NAMES}
