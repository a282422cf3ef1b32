"""The product on Windows' own Python, without Windows: under Wine. For tests only."""
