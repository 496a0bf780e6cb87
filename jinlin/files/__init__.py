"""Files: pictures that people attach, decoded, stripped and written anew before anybody sees them.

Nouns: stored file (one cleaned picture with its thumbnail), owner (the row of another room it belongs to).
"""
