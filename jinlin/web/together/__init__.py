"""共治 for residents: wishes, deliberation, activities, venues and the three lists, without logging in."""
