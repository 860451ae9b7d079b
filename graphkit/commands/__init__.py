"""One file for each command; a file whose name begins with `_` is shared by several."""
