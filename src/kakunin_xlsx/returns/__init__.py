"""The only room that reads workbooks: a folder of anything → returns, cell by cell."""
