"""台帳.xlsx: exported, worked on, imported."""
