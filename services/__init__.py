"""What Muster does about it: deciders, processes and the edges that do the input and output."""
