"""Files announces nothing: the room that owns a picture tells its own story."""
