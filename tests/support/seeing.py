"""How far apart are two colours for readers who see colours differently, and is text readable on what lies behind it?

Colours are sRGB, each part 0-1. Colour-blindness by the matrices for full severity of Machado, Oliveira and Fernandes
2009 (A Physiologically-based Model for Simulation of Color Vision Deficiency), on linear RGB; distances as in CIELAB
1976 under D65; contrast as in WCAG 2.1.
"""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb

EYES = {
    "usual": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def _linear(colour: object) -> np.ndarray:
    parts = np.array(to_rgb(colour))  # type: ignore[arg-type]
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ linear.clip(0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(first: object, second: object, eye: str) -> float:
    """The distance of two colours in CIELAB as this eye sees them; about 2 is just to be seen, black and white are 100."""
    matrix = EYES[eye]
    return float(np.linalg.norm(_lab(matrix @ _linear(first)) - _lab(matrix @ _linear(second))))


def contrast(first: object, second: object) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ _linear(colour)) + 0.05 for colour in (first, second))
    return light / dark
