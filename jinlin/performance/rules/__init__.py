"""What is counted, how it is added up, and what the sums mean; no database."""
