"""How long turns take, counted in this process for whoever watches over it."""

from prometheus_client import CollectorRegistry, Histogram

PROCESS = CollectorRegistry()
# A platform waits for three seconds; people do not wait that long.
TURNS = Histogram(
    "bearings_turn_seconds",
    "How long a turn took, from its beginning until what it changed was kept.",
    ["platform"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
    registry=PROCESS,
)
