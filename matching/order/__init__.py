"""The order of a list: scores, then the policy in force, then turns and prices."""
