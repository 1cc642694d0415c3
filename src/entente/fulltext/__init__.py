"""Full text over what the node holds, for the search page: in memory only, and for each reader only what is theirs."""
