"""Are these two one? Pure evidence in bits with its grounds in words, for cross-check and judicial alike."""
