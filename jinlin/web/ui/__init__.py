"""The design system: tokens, components, icons, the gallery at /ui and the reader's choices (elder mode, language)."""
