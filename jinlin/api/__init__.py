"""The typed API, version 1: everything the four screens can do, one module per domain.

A module parses input, calls one action or query, and renders what it returns; `doors` says who may, `gate` what may
come in, `errors` how a refusal is told.
"""
