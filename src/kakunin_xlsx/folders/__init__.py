"""Where files lie and how they are written: old or new, never half."""
