"""What stories say of a judgment: weight, ledgers, citations, and the triggers that raise flags."""
