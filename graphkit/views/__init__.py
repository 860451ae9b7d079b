"""Every view, one file each."""
