"""Who works here, who is on watch, what waits for a second person: the house's own affairs, folded from the ledger."""
