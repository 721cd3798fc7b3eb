# Starts the application of this environment: python start.py BUNDLE [ARGUMENT...]
# Made by gobundle. Each start compiles this file, so it is short; the rest is in start.bin.
if __name__ == "__main__":
    from _frozen_importlib_external import SourcelessFileLoader

    try:
        code = SourcelessFileLoader("start", __file__[:-2] + "bin").get_code("start")
    except (EOFError, ImportError, OSError, TypeError, ValueError):
        code = "@AGAIN@"  # the slow way, as a text: that costs nothing until it is needed
    exec(code, {"__name__": __name__, "file": __file__})
