"""Ratios measured side by side in one run, beside the budgets they are held against. `make bench` prints them."""
