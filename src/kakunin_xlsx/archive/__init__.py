"""A year as one zip: packed, named file by file, chained, inspected and laid out again."""
