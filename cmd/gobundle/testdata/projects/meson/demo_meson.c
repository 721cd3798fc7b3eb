#include <Python.h>

static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(43); }

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo_meson", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo_meson(void) { return PyModule_Create(&module); }
