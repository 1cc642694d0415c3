"""Other people's shapes, turned into rows for our records: bytes in, values out, no network and no store."""
