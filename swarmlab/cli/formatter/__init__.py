"""What is printed: tables, rows, JSON, the human-friendly forms.  docker/cli: cli/command/formatter."""
