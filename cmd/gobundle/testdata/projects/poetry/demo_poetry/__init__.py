__version__ = "3.0.0"


def main():
    print("demo-poetry", __version__)
