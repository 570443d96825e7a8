"""An instance as a workbook (``.xlsx``): a sheet a table, and ``instance`` for settings.

Imported only when a workbook is read or written: openpyxl is slow to load.
"""
