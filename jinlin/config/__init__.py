"""Settings, addresses and wiring of one running node."""
