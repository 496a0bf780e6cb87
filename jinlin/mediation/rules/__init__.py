"""What a sealed file may do, which papers it needs, what of it may be counted; no Django."""
