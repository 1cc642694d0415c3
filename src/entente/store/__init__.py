"""What this node keeps: the ledger, the vault of contents, the register, and the one way to write to them."""
