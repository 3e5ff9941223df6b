"""The door for shells: thin commands that open the hub, call one function and show what it says."""
