"""For all tests: no property fails for being slow, which a busy machine alone can bring about."""

from hypothesis import settings

settings.register_profile("signpost", deadline=None)
settings.load_profile("signpost")
