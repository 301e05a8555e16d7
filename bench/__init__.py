"""Speed and memory, measured: `make bench`. Not part of the installed package."""
