"""The command line ``freighter``; ``docs/commands.md`` describes it.

Modules here import the library inside commands only, so that ``--help`` is quick.
"""

from optimizer.cli.app import main

__all__ = ["main"]
