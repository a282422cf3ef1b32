"""The only room that writes workbooks: a layout with values, open or locked, becomes pages."""
