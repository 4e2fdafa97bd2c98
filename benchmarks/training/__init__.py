"""Training of the adapter: pairs from taxonomies and adverts, and the run that learns from them."""
