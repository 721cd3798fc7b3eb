from cffi import FFI

ffi = FFI()
ffi.cdef("int answer(void);")
ffi.set_source("_demo_cffi", "static int answer(void) { return 45; }")
