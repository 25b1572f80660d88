"""Recipes that produce the weights in models/ from public packages and data."""
