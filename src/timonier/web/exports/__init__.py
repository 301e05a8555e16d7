"""Exports: one `Sheet` of figures or rows, written as CSV, XLSX or JSON, with what it takes to read it."""
