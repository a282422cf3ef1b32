"""取りまとめ: a pure function of masters, returns and decisions, and its tables."""
