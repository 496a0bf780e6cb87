"""Tests of the house itself: what design says about the shape of the code is checked here, and each check bites."""
