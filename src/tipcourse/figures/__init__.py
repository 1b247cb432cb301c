"""Results in, matplotlib Axes out. Every figure is told in words too: see `base`."""
