"""What holds for all tests: an example that a busy machine is slow at is no failure, and the certificates of the world,
which no test asks for over plain HTTP, are read once instead of for each client."""

import functools
import ssl

from hypothesis import HealthCheck, settings

ssl.create_default_context = functools.cache(ssl.create_default_context)
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
