"""Where facts are kept: tables, store, engines, intake. Knows nothing of indicators."""
