"""One function per check. They yield findings; they never print and never raise."""
