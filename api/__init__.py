"""The program's face: Copilot, HTTP service, console, command line."""
