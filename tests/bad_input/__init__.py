"""Files and situations that must not get the better of `zi clean` and `zi resolve`; `make.py` writes them."""
