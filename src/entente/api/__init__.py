"""What a partner's node or a program of this machine may ask, over HTTP. Translates at the edge and decides nothing."""
