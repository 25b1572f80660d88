"""Everything that computes: encoders and their weights, and the fakes that stand in for them.

Numbers, texts and settings enter; no room but core is known here. Heavy libraries are imported
when a model is first used.
"""

# What turns text into vectors
from groundwire.models.encoders import load_encoder as load_encoder

# What reads passages for a question, and what judges sentences by evidence
from groundwire.models.pair_models import load_entailment as load_entailment
from groundwire.models.pair_models import load_passage_reader as load_passage_reader

# What tells how much a passage matters from how it was found
from groundwire.models.pair_models import load_chain_scorer as load_chain_scorer

# Weights of a person's own in place of the bundled ones
from groundwire.models.adapted import adapted_reader as adapted_reader
from groundwire.models.adapted import adopt_reader as adopt_reader

# What picks the words of a conversation that its latest question leaves out
from groundwire.models.pair_models import load_term_picker as load_term_picker

# The stand-in that ships: no model, no files
from groundwire.models.hash_encoder import HashEncoder as HashEncoder

# Readers, a verifier and an entailment model by script, for what a broken or slow one would do
from groundwire.models.scripted import ScriptedChainScorer as ScriptedChainScorer
from groundwire.models.scripted import ScriptedEntailment as ScriptedEntailment
from groundwire.models.scripted import ScriptedPassageReader as ScriptedPassageReader
from groundwire.models.scripted import ScriptedReader as ScriptedReader
from groundwire.models.scripted import ScriptedTermPicker as ScriptedTermPicker
from groundwire.models.scripted import ScriptedVerifier as ScriptedVerifier
from groundwire.models.scripted import quote_start as quote_start
from groundwire.models.scripted import quote_part as quote_part

# A language model by script, for what its good, broken or missing replies would do
from groundwire.models.scripted_language_model import (
    ScriptedLanguageModel as ScriptedLanguageModel,
)

# Language models, where the settings name one, and what a run may spend on them
from groundwire.models.language_models import load_language_model as load_language_model
from groundwire.models.budget import Budget as Budget
from groundwire.models.probing import ModelReport as ModelReport
from groundwire.models.probing import probe_models as probe_models
