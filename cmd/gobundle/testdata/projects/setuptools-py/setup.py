import os
from setuptools import setup

here = os.path.dirname(os.path.abspath(__file__))
scope = {}
with open(os.path.join(here, "demo_py.py")) as file:
    exec(file.read(), scope)

setup(
    name="demo.py",
    version=scope["__version__"],
    py_modules=["demo_py"],
    scripts=["bin/demo-script"],
    install_requires=["demo-other"],
    data_files=[("share/demo", ["share/readme.txt"])],
)
