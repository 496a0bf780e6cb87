"""Who works here, in which dated post, and the sealed contacts of those who asked for help.

Nouns: Account, Post, StandIn, SealedContact, ApiToken.
"""
