"""Measures Guichet beside a bare yardstick in the same run: `make bench`. Prints ratios; nothing passes or fails."""
