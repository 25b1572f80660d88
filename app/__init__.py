"""How people reach groundwire: the command line and the chat page."""
