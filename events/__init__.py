"""What can happen: the events of Muster, their envelope, and the subjects they lie under."""
