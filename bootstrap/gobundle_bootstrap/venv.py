"""The bundle's own verb: `./app.pyz venv DIR` makes a standard virtual environment.

The environment is made by the interpreter's own venv module, so that it is what that
version calls standard, and has in it what `pip install` of the bundle's wheels would have
written. It is made in place, because environments can't be moved; what fails halfway is
removed.
"""
import argparse
import errno
import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import zipfile

from . import asked, longpaths
from .install import CollisionError, Environment, Plan, Source
from .strictzip import WheelError
from .talk import Failure, report, tell
from .wheelfile import WheelFile

MAKING = "making a virtual environment"
DAMAGED = "the bundle is damaged: copy or build it again"


class Parser(argparse.ArgumentParser):
    """argparse, with errors in the words of everything else."""

    bundle = None

    def error(self, message):
        sys.exit(report(self.bundle, Failure(message, "%s -h lists the options" % self.prog, 2)))


def main(arguments, bundle):
    """Runs the verb and returns the exit code: 0 done, 1 failed, 2 usage, 130 interrupted.

    bundle has .path (the bundle's file), .manifest and .target (dictionaries, see
    docs/format.md), and .open_wheel(index), which opens the bytes of one wheel.
    """
    try:
        options = parser(bundle).parse_args(arguments)
    except SystemExit as stop:  # after --help or a usage error
        return stop.code or 0
    try:
        collisions, count = create(os.path.abspath(options.directory), options, bundle)
    except Failure as failure:
        return report(bundle.path, failure)
    except CollisionError as error:
        return failed(bundle, error, "--collisions-ok lets the later one win")
    except WheelError as error:
        return failed(bundle, error, DAMAGED)
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else options.directory
        return failed(bundle, "writing to %s: %s" % (place, error.strerror or error), os_hint(error))
    except KeyboardInterrupt:
        return report(bundle.path, Failure("interrupted", "%s was removed again" % options.directory, 130))
    for collision in collisions:
        tell(bundle.path, "warning: " + collision)
    tell(
        bundle.path,
        "%s: %d distribution%s, Python %d.%d.%d"
        % ((options.directory, count, "" if count == 1 else "s") + sys.version_info[:3]),
    )
    return 0


def failed(bundle, error, hint):
    return report(bundle.path, Failure(" ".join(str(error).split("\n")), hint))


def os_hint(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room, or choose another folder"
    if error.errno == errno.ENAMETOOLONG:
        return "choose a folder with a shorter path"
    return "choose a folder that can be written"


def parser(bundle):
    p = Parser(
        prog="%s venv" % os.path.basename(bundle.path),
        description="Make a standard virtual environment that holds what is bundled.",
        epilog="Exit codes: 0 done, 1 failed, 2 usage, 130 interrupted.",
        allow_abbrev=False,
    )
    p.bundle = bundle.path
    p.add_argument("directory", metavar="DIR", help="the environment's folder")
    p.add_argument("--force", action="store_true", help="empty DIR first")
    p.add_argument("--prompt", metavar="TEXT", help="what the activate scripts show")
    p.add_argument(
        "--copies", action="store_true", help="copy the interpreter, don't link to it"
    )
    p.add_argument(
        "--system-site-packages",
        action="store_true",
        help="let the environment see the interpreter's own packages",
    )
    p.add_argument(
        "--compile", action="store_true", help="byte-compile what is installed"
    )
    p.add_argument("--pip", action="store_true", help="install pip too")
    p.add_argument(
        "--scope",
        choices=("deps", "srcs", "all"),
        default="all",
        help="install the dependencies, the application's own sources, or all (default)",
    )
    p.add_argument(
        "--collisions-ok",
        action="store_true",
        help="of two distributions that write one path let the later one win",
    )
    return p


def create(directory, options, bundle):
    """Makes the environment. Returns the allowed collisions and the number of
    distributions."""
    longpaths.check_programs(directory)
    existed = check_folder(directory, options.force)
    streams = []
    try:
        sources = open_sources(bundle, options.scope, streams)
        # What can be refused is refused before anything is emptied or made.
        Plan(sources, imagined(directory), options.collisions_ok)
        python = base_interpreter()
        if existed:
            run(python, MAKING, "-c", "import venv")
        with Terminable():
            try:
                return fill(python, directory, existed, sources, options, bundle)
            except BaseException:
                remove(directory, existed)
                raise
    finally:
        for stream in streams:
            stream.close()


class Terminable(object):
    """Turns SIGTERM and SIGHUP into KeyboardInterrupt, so that what is half-made is
    removed."""

    def __enter__(self):
        self.previous = []
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            try:
                if number and signal.getsignal(number) == signal.SIG_DFL:
                    signal.signal(number, self.interrupt)
                    self.previous.append(number)
            except ValueError:  # not the main thread
                pass

    def __exit__(self, *_):
        for number in self.previous:
            signal.signal(number, signal.SIG_DFL)

    @staticmethod
    def interrupt(*_):
        raise KeyboardInterrupt


def fill(python, directory, existed, sources, options, bundle):
    make_empty(python, directory, existed, options)
    environment = describe(directory)
    if environment.windows and not environment.launchers:
        environment.launchers = own_launchers(bundle.path)
    plan = Plan(sources, environment, options.collisions_ok)
    if not environment.long_paths:
        longpaths.judge(directory, [planned.target[len(directory) + 1:] for planned in plan.files], False)
    plan.install(options.compile)
    if options.pip and not any(s.wheel.name == "pip" for s in sources):
        # Without --upgrade it leaves a setuptools alone that one of the wheels installed.
        run(environment.python, "installing pip", "-m", "ensurepip", "--default-pip")
    return plan.collisions, len(plan.distributions)


def open_sources(bundle, scope, streams):
    sources = []
    for index in bundle.target["wheels"]:
        described = bundle.manifest["wheels"][index]
        own = described["role"] == "sources"
        if scope == "deps" and own or scope == "srcs" and not own:
            continue
        stream = bundle.open_wheel(index)
        streams.append(stream)
        # What is packed was compared when it was unpacked.
        if not described.get("packing") and digest_of(stream) != described["sha256"]:
            raise Failure(
                "%s in %s is not what the manifest says" % (described["file"], bundle.path),
                DAMAGED,
            )
        direct_url = None
        if described.get("direct_url"):
            direct_url = described["direct_url"].encode("utf-8")
        wheel = WheelFile(stream, described["file"])
        sources.append(Source(wheel, bool(described.get("requested")), direct_url))
    return sources


def digest_of(stream):
    digest = hashlib.sha256()
    stream.seek(0)
    for chunk in iter(lambda: stream.read(1 << 20), b""):
        digest.update(chunk)
    return digest.hexdigest()


# The folder.


def check_folder(directory, force):
    """Reports whether the folder exists, and refuses it if it may not become an
    environment."""
    try:
        names = os.listdir(directory)
    except FileNotFoundError:
        return False
    if names and not force:
        raise Failure("%s is not empty" % directory, "--force empties it first")
    if names and not os.path.exists(os.path.join(directory, "pyvenv.cfg")):
        kept = too_dear(directory)
        if kept:
            raise Failure(
                "%s is not emptied: it %s" % (directory, kept), "choose another folder"
            )
    return True


def too_dear(directory):
    """Says why a folder that is no environment is never emptied: a wrong DIR after
    --force must not cost more than a folder."""
    if os.path.dirname(directory) == directory:
        return "is the root of the file system"
    home = os.path.expanduser("~")
    if os.path.isabs(home) and contains(directory, home):
        return "is or holds the home directory"
    if contains(directory, os.getcwd()):
        return "is or holds the working directory"
    return ""


def contains(directory, path):
    while True:
        try:
            if os.path.samefile(directory, path):
                return True
        except OSError:
            pass
        parent = os.path.dirname(path)
        if parent == path:
            return False
        path = parent


def remove(directory, existed):
    """Takes a half-made environment away; a folder that was there before stays, empty."""
    if not existed:
        shutil.rmtree(directory, ignore_errors=True)
        return
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.remove(path)


# The interpreter.


def base_interpreter():
    """Returns the interpreter to make the environment with: this one, or, when this one
    runs in an environment, the one that environment was made of. What sys.prefix says
    depends on -S."""
    base = getattr(sys, "_base_executable", None)
    if base and base != sys.executable and os.path.exists(base):
        return base
    home = home_folder()
    for name in (
        os.path.basename(sys.executable),
        "%s%d.%d" % ((interpreter_name(),) + sys.version_info[:2]),
        "%s%d" % (interpreter_name(), sys.version_info[0]),
    ):
        path = os.path.join(home, name)
        if home and os.path.exists(path):
            return path
    return sys.executable


def interpreter_name():
    return "pypy" if sys.implementation.name == "pypy" else "python"


def home_folder():
    """Returns where the interpreter lies that this environment was made of, "" if this
    is none."""
    beside = os.path.dirname(os.path.abspath(sys.executable))
    for folder in (beside, os.path.dirname(beside)):
        try:
            with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8") as stream:
                for line in stream:
                    key, _, value = line.partition("=")
                    if key.strip().lower() == "home":
                        return value.strip()
        except (OSError, ValueError):
            pass
    return ""


def make_empty(python, directory, clear, options):
    arguments = ["-m", "venv", "--without-pip"]
    if clear:
        arguments.append("--clear")
    if options.copies:
        arguments.append("--copies")
    if options.system_site_packages:
        arguments.append("--system-site-packages")
    if options.prompt:
        arguments += ["--prompt", options.prompt]
    run(python, MAKING, *(arguments + [directory]))


def describe(directory):
    """Asks the environment's interpreter where the environment keeps what."""
    python = os.path.join(directory, "bin", "python")
    if os.name == "nt":
        python = os.path.join(directory, "Scripts", "python.exe")
    output = run(python, "looking at a virtual environment", "-c", asked.source(), "described")
    answer = json.loads(output.decode("utf-8"))
    environment = Environment(
        prefix=directory,
        python=python,
        version=answer["version"],
        windows=answer["windows"],
        long_paths=answer["long_paths"],
        **dict(
            (key, os.path.normpath(os.path.join(directory, answer[key])))
            for key in ("purelib", "platlib", "scripts", "data", "headers")
        )
    )
    if environment.windows and answer.get("ensurepip"):
        environment.launchers = launchers(answer["ensurepip"], answer["platform"])
    return environment


def imagined(directory):
    """Returns an environment that has the shape of all others, for a check before there
    is one."""
    library = os.path.join(directory, "lib", "site-packages")
    return Environment(
        prefix=directory,
        purelib=library,
        platlib=library,
        scripts=os.path.join(directory, "bin"),
        data=directory,
        headers=os.path.join(directory, "include", "site"),
        python=os.path.join(directory, "bin", "python"),
        version="3",
    )


def launchers(ensurepip, platform):
    """Takes the executables that pip starts scripts with from the pip that ensurepip
    holds; None if it holds none, as some distributors have it."""
    folder = os.path.join(ensurepip, "_bundled")
    bits = {"win-amd64": "64", "win32": "32", "win-arm64": "64-arm"}.get(platform, "")
    try:
        name = max(
            n for n in os.listdir(folder) if n.startswith("pip-") and n.endswith(".whl")
        )
        with open(os.path.join(folder, name), "rb") as stream:
            wheel = WheelFile(stream, name)
            return [
                wheel.read(
                    wheel.index["pip/_vendor/distlib/%s%s.exe" % (kind, bits)], 16 << 20
                )
                for kind in "tw"
            ]
    except (OSError, ValueError, KeyError, WheelError):
        return None


def own_launchers(path):
    """Takes the launcher that an executable for Windows begins with, which starts scripts,
    too: with a console and without one. None if the bundle is another file."""
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        if file.read(2) != b"MZ":
            return None
        end = min(member.header_offset for member in zipfile.ZipFile(file).infolist())
        file.seek(0)
        launcher = file.read(end)
    # What says whether there is a console, in the header of the PE format.
    at = struct.unpack_from("<L", launcher, 0x3C)[0] + 24 + 68
    return [launcher[:at] + struct.pack("<H", kind) + launcher[at + 2:] for kind in (3, 2)]


def run(python, doing, *arguments):
    """Runs an interpreter in isolated mode and returns what it prints."""
    drop = ("__PYVENV_LAUNCHER__", "PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE")
    child = subprocess.Popen(
        (python, "-I") + arguments,
        env=dict((k, v) for k, v in os.environ.items() if k not in drop),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        output, talk = child.communicate()
    except BaseException:
        child.kill()
        child.wait()
        raise
    if child.returncode:
        said = (talk.strip() or output.strip()).decode("utf-8", "replace")
        raise Failure(
            "%s with %s: exit status %d: %s"
            % (doing, python, child.returncode, said.rpartition("\n")[2]),
            "install the rest of that Python (Debian, Ubuntu: apt install python3-venv), "
            "or name another one by GOBUNDLE_PYTHON",
        )
    return output
