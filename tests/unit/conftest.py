import os

from hypothesis import HealthCheck, settings

# How long an example takes says more about what else the machine does than about the code. Where a
# change is judged, the same examples are tried each time: what else is found belongs to nobody's
# change. Everywhere else each run looks for new ones.
settings.register_profile(
    "muster",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("muster")
