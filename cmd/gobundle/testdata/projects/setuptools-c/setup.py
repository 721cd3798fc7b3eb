from setuptools import Extension, setup

setup(ext_modules=[Extension("demo_c", ["demo_c.c"])])
