"""Recipes that produce the weights in models/ from public packages and data.

The recipes are commands of their own and need torch; what is named here does not.
"""

# Questions with marked answers
from groundwire.training.squad_file import SquadQuestion as SquadQuestion
from groundwire.training.squad_file import read_squad as read_squad
from groundwire.training.held_back import Parted as Parted
from groundwire.training.held_back import answerable as answerable
from groundwire.training.held_back import hold_back as hold_back

# Claims and evidence, judged by people or made by rule
from groundwire.training.entailment_examples import EntailmentExample as EntailmentExample
from groundwire.training.entailment_examples import Label as Label
from groundwire.training.made_pairs import made_pairs as made_pairs
from groundwire.training.verification_data import read_judged as read_judged
