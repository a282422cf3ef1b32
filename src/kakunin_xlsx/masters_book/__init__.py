"""台帳.xlsx: the masters as a workbook that the office fills, out as pages and in as grids."""
