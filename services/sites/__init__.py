"""Which command posts and venues there are."""
