"""How fast we are, measured side by side with what a competent user would write instead."""
