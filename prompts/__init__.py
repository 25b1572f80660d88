"""One text file a prompt, one loader, strict variables. The local engine needs none yet."""
