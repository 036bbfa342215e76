"""The database: one module per noun; functions take a Connection and never commit."""
