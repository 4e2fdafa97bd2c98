"""How an employer posts a vacancy: short steps, a draft that is kept, and its answers."""
