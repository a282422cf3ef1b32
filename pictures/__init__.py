"""The pictures of docs/: made from the demo's data by this program, never by hand."""
