"""Files of all kinds, read row by row with nothing lost; nothing here knows a store or a network."""
