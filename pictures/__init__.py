"""What docs/ takes from the program: pictures of the demo's data, and `pages` of its code."""
