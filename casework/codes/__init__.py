"""Codes and identifiers of the trade: what is well formed, what it means, where to look it up."""
