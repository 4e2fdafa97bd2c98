"""The command line: parse, call, show. No rules and no SQL."""
