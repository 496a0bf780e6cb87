"""Files as arrays: CSV, parquet and OpenStreetMap extracts, each refused with a sentence when it is dirty."""
