"""Documents and how passages are found: reading, splitting, the library, and search."""
