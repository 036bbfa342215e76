"""Back-tests on Dask’s workers: needs the extra `archive`."""
