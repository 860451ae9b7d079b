"""Every analysis, one file each."""
