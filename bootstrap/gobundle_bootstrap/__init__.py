"""What a bundle brings along to start itself; see docs/format.md.

Everything here runs on CPython 3.6 and later and on PyPy 3.9 and later, with the
standard library only. A warm start imports none of it.
"""
