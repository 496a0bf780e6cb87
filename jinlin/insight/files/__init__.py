"""Tables of texts and events from files; a file that cannot be used is refused with a sentence."""
