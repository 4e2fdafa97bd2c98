"""The home page of each kind of user: their tasks, news and deadlines."""
