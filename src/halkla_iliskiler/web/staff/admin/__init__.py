"""The administration: what whoever runs the centre sets up without a command line."""
