"""Faults: killed processes, lost connections, restarted servers, poison. Whatever happens, the books come out the same."""
