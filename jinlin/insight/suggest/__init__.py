"""Which category a text belongs to: learned from labels, or from the words of the category tree before there are any."""
