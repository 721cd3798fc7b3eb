"""Made by flit"""
__version__ = "2.0"


def main():
    print("demo-flit", __version__)
