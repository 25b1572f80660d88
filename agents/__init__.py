"""What happens to a question: one file a step, and the graph that joins them.

The public surface, in the order of use; what is not named here is private to the room.
"""

# Ask
from groundwire.agents.asking import ask as ask
from groundwire.agents.asking import stream as stream

# Open once, ask often
from groundwire.agents.tools import open_tools as open_tools
from groundwire.agents.tools import local_tools as local_tools
from groundwire.agents.state import Tools as Tools

# Know when to answer
from groundwire.agents.calibration import Calibration as Calibration
from groundwire.agents.calibration import CertifiedRisk as CertifiedRisk
from groundwire.agents.calibration import FeatureSource as FeatureSource
from groundwire.agents.calibration_files import calibration_file as calibration_file
from groundwire.agents.calibration_files import read_calibration as read_calibration
from groundwire.agents.calibration_files import shipped_calibration as shipped_calibration
from groundwire.agents.calibration_files import write_calibration as write_calibration
from groundwire.agents.models_in_force import models_in_force as models_in_force

# Conversations
from groundwire.agents.threads import Thread as Thread
from groundwire.agents.threads import Threads as Threads

# Check a citation again before it is shown
from groundwire.agents.verify import check_citation as check_citation

# Check any text, sentence by sentence
from groundwire.agents.claims import Claim as Claim
from groundwire.agents.claims import find_claims as find_claims
from groundwire.agents.checking import CheckCounts as CheckCounts
from groundwire.agents.checking import CheckedSentence as CheckedSentence
from groundwire.agents.checking import check_claims as check_claims
from groundwire.agents.checking import count_verdicts as count_verdicts
