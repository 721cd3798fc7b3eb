from Cython.Build import cythonize
from setuptools import setup

setup(name="demo-cython", version="7.0", ext_modules=cythonize("demo_cython.pyx", language_level=3))
