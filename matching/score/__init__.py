"""Who fits: named features of a pair and the weights that add them up."""
