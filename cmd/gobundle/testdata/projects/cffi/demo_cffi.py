from _demo_cffi import lib


def answer():
    return lib.answer()
