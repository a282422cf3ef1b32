"""Hostile and broken files, each made by code, beside what is to come of it.

`cases.py` is the table; the files beside it make the bytes.
"""
