from setuptools import setup

setup(
    name="demo-cffi",
    version="8.0",
    py_modules=["demo_cffi"],
    install_requires=["cffi>=1"],
    cffi_modules=["build_demo.py:ffi"],
)
