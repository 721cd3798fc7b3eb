__version__ = "1.2"


def main():
    print("demo-cfg", __version__)
