"""Documents and how passages are found: reading, splitting, the library, and search.

The public surface, in the order of use; what is not named here is private to the room.
"""

# Open
from groundwire.retrievers.opening import open_library as open_library
from groundwire.retrievers.library import Library as Library

# Fill
from groundwire.retrievers.adding import add_paths as add_paths
from groundwire.retrievers.adding import add_documents as add_documents
from groundwire.retrievers.adding import sync_folder as sync_folder
from groundwire.retrievers.removing import remove_collection as remove_collection
from groundwire.retrievers.removing import remove_documents as remove_documents

# Read a file without adding it
from groundwire.retrievers.load import document_from_bytes as document_from_bytes
from groundwire.retrievers.load import load_document as load_document

# Find
from groundwire.retrievers.scope import Scope as Scope
from groundwire.retrievers.scope import check_scope as check_scope
from groundwire.retrievers.searching import search as search
from groundwire.retrievers.name_words import holds as holds
from groundwire.retrievers.named import find_named as find_named
from groundwire.retrievers.hops import Hop as Hop
from groundwire.retrievers.hops import hop as hop
from groundwire.retrievers.hop_features import FEATURES as FEATURES
from groundwire.retrievers.hop_features import measure_candidates as measure_candidates
from groundwire.retrievers.fusion import fuse_ranks as fuse_ranks

# Look
from groundwire.retrievers.links import Links as Links
from groundwire.retrievers.links import Tie as Tie
from groundwire.retrievers.links import find_links as find_links
from groundwire.retrievers.listing import StoredCollection as StoredCollection
from groundwire.retrievers.listing import StoredDocument as StoredDocument
from groundwire.retrievers.listing import list_collections as list_collections
from groundwire.retrievers.listing import list_documents as list_documents
from groundwire.retrievers.listing import iterate_passages as iterate_passages
from groundwire.retrievers.listing import read_document as read_document
from groundwire.retrievers.listing import read_span as read_span
from groundwire.retrievers.listing import show_documents as show_documents

# Weigh words, cut sentences
from groundwire.retrievers.terms import TermWeights as TermWeights
from groundwire.retrievers.terms import weigh_terms as weigh_terms
from groundwire.retrievers.analysis import UNSPACED as UNSPACED
from groundwire.retrievers.name_words import cut_words as cut_words
from groundwire.retrievers.name_words import mentions as mentions
from groundwire.retrievers.sentences import sentence_spans as sentence_spans

# Check
from groundwire.retrievers.checking import CheckReport as CheckReport
from groundwire.retrievers.checking import Problem as Problem
from groundwire.retrievers.checking import check_library as check_library
