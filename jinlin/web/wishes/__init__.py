"""Wishes, topics, works and ventures for residents, applicants, reviewers and supervisors, all without logging in."""
