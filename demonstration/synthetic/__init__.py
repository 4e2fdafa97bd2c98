"""Made-up people and vacancies, for demonstration, for trials of speed and to measure ranking.

Nobody here is real: names, prison numbers, histories and employers are drawn from lists by a seeded
generator. What a made-up person could do is kept beside the record and never in it, so that a
ranking can be marked against it. A good mark on these says that the machinery works; it is no
evidence of how the ranking does with real people.
"""
