"""The consolidated 確認表: chooses layouts and pages; writes and reads no file."""
