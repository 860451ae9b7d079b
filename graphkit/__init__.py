"""graphkit: find isolated silos (孤岛) in an innovation network, and the bridges that would open them."""
