"""One text file a prompt, one loader, strict variables; what is retrieved stands as data alone.

The public surface; the names of the prompts are those of the text files in this folder.
"""

from groundwire.prompts.loader import Prompt as Prompt
from groundwire.prompts.loader import load_prompt as load_prompt
from groundwire.prompts.loader import all_prompts as all_prompts
