"""What desk and command line share: who may, sending a command, and giving one of three answers. No rule, no page."""
