def answer():
    cdef int n = 44
    return n
