"""From the instance to the resolved instance: minutes, caps, fuel lines, windows, money."""

from optimizer.resolve.build import resolve

__all__ = ["resolve"]
