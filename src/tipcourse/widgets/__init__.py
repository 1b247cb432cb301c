"""Live pictures: controls in, an SVG out of the figures' floor. No arithmetic here: see `base`."""
