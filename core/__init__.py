"""The words everybody speaks: data types, protocols, settings, errors. Imports nothing of ours."""
