"""What is bundled: wheels that are there, and wheels that are made up for the purpose."""
import base64
import hashlib
import os
import random
import zipfile

HELLO = "def main():\n    print('hello')\n"


def hello(folder):
    """Makes an application of one module; returns its folder."""
    write(os.path.join(folder, "hello", "requirements.txt"), "")
    write(os.path.join(folder, "hello", "hello.py"), HELLO)
    return os.path.join(folder, "hello")


def many(folder, wheels, files):
    """Makes wheels of small modules; returns their folder and the requirements."""
    place = os.path.join(folder, "many-%d-%d" % (wheels, files))
    os.makedirs(place)
    names = []
    for number in range(wheels):
        names.append("made%03d" % number)
        content = {}
        for module in range(files):
            # As much as a usual module has, and nothing twice.
            lines = ["VALUE_%d_%d = %d" % (number, line, module * line) for line in range(40)]
            content["made%03d/p%02d/m%03d.py" % (number, module % 20, module)] = "\n".join(lines).encode()
        wheel(place, names[-1], content)
    return place, names


def large(folder, size):
    """Makes one wheel with a file that can't be compressed; returns the folder and the requirement."""
    place = os.path.join(folder, "large")
    os.makedirs(place)
    step, chance = 1 << 20, random.Random(1)
    pieces = (chance.getrandbits(8 * step).to_bytes(step, "big") for _ in range(size // step))
    wheel(place, "large", {"large/data.bin": pieces})
    return place, ["large"]


def wheel(folder, name, files):
    """Writes a wheel; the content of a file is bytes, or pieces of bytes."""
    info = name + "-1.0.dist-info/"
    files = dict(files)
    files[info + "METADATA"] = ("Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n" % name).encode()
    files[info + "WHEEL"] = b"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = []
    path = os.path.join(folder, name + "-1.0-py3-none-any.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            digest, size = hashlib.sha256(), 0
            pieces = [content] if isinstance(content, bytes) else content
            described = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            described.compress_type = zipfile.ZIP_DEFLATED if isinstance(content, bytes) else zipfile.ZIP_STORED
            described.external_attr = 0o100644 << 16
            with archive.open(described, "w", force_zip64=described.compress_type == zipfile.ZIP_STORED) as out:
                for piece in pieces:
                    out.write(piece)
                    digest.update(piece)
                    size += len(piece)
            text = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            record.append("%s,sha256=%s,%d\n" % (member, text, size))
        record.append(info + "RECORD,,\n")
        archive.writestr(zipfile.ZipInfo(info + "RECORD", (1980, 1, 1, 0, 0, 0)), "".join(record))
    os.utime(path, (10**9, 10**9))  # as one that was not just written


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
