"""The command line: one module a group of commands. What is heavy is loaded by the command that needs it."""
