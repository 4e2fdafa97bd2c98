"""How good a ranking is: judged sets, metrics with intervals, and rankers to compare with."""
