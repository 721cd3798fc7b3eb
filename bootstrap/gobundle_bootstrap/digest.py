"""The sha256 of a few bytes.

What hashlib has is quicker, but loading it takes a first start longer than all that it would do there.
"""
try:
    from _sha2 import sha256
except ImportError:
    try:
        from _sha256 import sha256  # before Python 3.12
    except ImportError:
        from hashlib import sha256

__all__ = ["sha256"]
