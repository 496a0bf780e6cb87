"""The places that work is tied to: what is where, since when, and what a place is called.

Nouns: Edition (one published table of divisions), Region (province to village), Grid, MicroGrid (ten-household
group), Compound, Building. Codes are data with validity dates, never keys (domain.md 1.2, 1.3).
"""
