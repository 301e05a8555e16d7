"""What a number means, and how sure it is. Pure: no file, no clock, no framework, no engine."""
