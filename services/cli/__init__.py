"""The command line. What takes long to import is imported late: `muster report` must be quick."""
