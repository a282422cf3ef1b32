"""見本: one year played through in a folder of its own. Here the tool plays the departments."""
