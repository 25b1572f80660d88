"""What happens to a question: one file a step, and the graph that joins them.

The public surface, in the order of use; what is not named here is private to the room.
"""

# Open once, ask often
# Ask
from groundwire.agents.ask import ask as ask
from groundwire.agents.ask import stream as stream
from groundwire.agents.state import Tools as Tools

# Conversations
from groundwire.agents.threads import Thread as Thread
from groundwire.agents.threads import Threads as Threads
from groundwire.agents.tools import local_tools as local_tools
from groundwire.agents.tools import open_tools as open_tools

# Check a citation again before it is shown
from groundwire.agents.verify import check_citation as check_citation
