"""Recipes that produce the weights in models/ from public packages and data.

The recipes are commands of their own and need torch; what is named here does not.
"""

# Questions with marked answers
from groundwire.training.squad_file import SquadQuestion as SquadQuestion
from groundwire.training.squad_file import read_squad as read_squad
