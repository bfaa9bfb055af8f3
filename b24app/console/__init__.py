"""The operator's console: what is true of any app; `parts.py` lets other rooms add theirs."""
