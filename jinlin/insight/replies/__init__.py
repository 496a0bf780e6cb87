"""What to look at once more before a reply is sent; notes to the handler, never a score of the handler."""
