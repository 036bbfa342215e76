"""One entry against a watch: what it hits, where and why."""
