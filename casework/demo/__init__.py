"""Sample people and cases, for demo mode and for the tests."""
