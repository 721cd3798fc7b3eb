"""What starting takes, against a virtual environment with the same wheels."""
import os

from builds import COMPILED, RECOMPRESSED
from measure import Series
from scratch import tool, without_bytecode

# Python then writes no byte-code, and all of it would have to be made again at each start.
BYTECODE = {"": {}, ", PYTHONDONTWRITEBYTECODE": {"PYTHONDONTWRITEBYTECODE": "1"}}

# The names of cases that goals refer to.
HELLO = "venv/bin/hello"
PLAIN = "venv/bin/python -I hello.py"
VENV = "venv/bin/aws"
UNZIP = "unzip of the wheels"
FRESH = "venv/bin/aws without byte-code"
PROGRAM = "aws as a native program"
HELLO_PROGRAM = "hello as a native program"
SCRIPT = "./script.pyz of that hello.py"
CARRIED = " with a Python of its own"
FIRST = "aws --version, first start"

# The bundles of awscli: what they are called in results, and their files.
BUNDLES = (("./aws.pyz", "aws.pyz"), (PROGRAM, "aws-program"), (PROGRAM + RECOMPRESSED, "aws-packed"), ("./aws.pyz" + COMPILED, "aws-compiled.pyz"),
           (PROGRAM + COMPILED, "aws-compiled"), (PROGRAM + COMPILED + RECOMPRESSED, "aws-compiled-packed"), (PROGRAM + CARRIED, "aws-carried"),
           ("./aws.pex", "aws.pex"), ("./aws.shiv", "aws.shiv"))


def hello(scratch, rounds):
    """Warm starts of next to nothing: what remains is gobundle's own."""
    bundle, plain, empty = scratch.path("hello.pyz"), scratch.path("plain.py"), scratch.path("empty.pyz")
    # What starts the same as the bundle does: the environment that the bundle itself makes, and a script in it as pip
    # writes it for an entry point.
    venv = scratch.path("hello-venv")
    scratch.check(bundle, "venv", venv)
    python, script = os.path.join(venv, "bin", "python"), os.path.join(venv, "bin", "hello")
    with open(script, "w") as file:
        file.write("#!%s\nimport sys\nfrom hello import main\nif __name__ == '__main__':\n    sys.exit(main())\n" % python)
    os.chmod(script, 0o755)
    scratch.check(script)
    with open(plain, "w") as file:
        file.write("print('hello')\n")
    import zipfile

    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("__main__.py", "print('hello')\n")
    program = scratch.path("hello-program")
    of_script = scratch.path("script.pyz")
    scratch.check(scratch.gobundle, "--script", plain, "-o", of_script, "--no-index")
    for command in ([bundle], [scratch.python, bundle], [program], [of_script]):
        scratch.check(*command)
    found = []
    for setting, environ in BYTECODE.items():
        series = Series("hello, warm" + setting, dict(scratch.environ, **environ), [HELLO])
        series.add(PLAIN, [python, "-I", plain])
        series.add(SCRIPT, [of_script])
        series.add("./hello.pyz", [bundle])
        series.add(HELLO, [script])
        series.add(HELLO_PROGRAM, [program])
        series.add("sh that starts that", ["/bin/sh", "-c", "exec %s -I %s" % (python, plain)])
        series.add("python of a zip that prints it", [scratch.python, empty])
        series.add("python hello.pyz", [scratch.python, bundle])
        found.append(series.run(rounds, by_chance=True))
    return found


def aws(scratch, rounds):
    """Warm starts of a program that imports some 680 modules."""
    commands = [(VENV, [scratch.path("venv", "bin", "aws"), "--version"])]
    for name, file in (("./aws.pyz", "aws.pyz"), (PROGRAM, "aws-program"), (PROGRAM + CARRIED, "aws-carried"), ("./aws.pex", "aws.pex"),
                       ("./aws.shiv", "aws.shiv")):
        if os.path.exists(scratch.path(file)):
            commands.append((name, [scratch.path(file), "--version"]))
    commands.insert(2, ("python aws.pyz", [scratch.python, scratch.path("aws.pyz"), "--version"]))
    for _, command in commands:
        scratch.check(*command)
    found = []
    for setting, environ in BYTECODE.items():
        series = Series("aws --version, warm" + setting, dict(scratch.environ, **environ), [VENV])
        for name, command in commands:
            series.add(name, command)
        found.append(series.run(rounds, by_chance=True))
    return found


def first(scratch, rounds, files, place=""):
    """First starts: nothing is unpacked, nothing is compiled. On a disk, what the run before wrote is
    on it before the next one begins, and stays there: ext4 takes half a millisecond for each new file
    where many were deleted some minutes before."""
    venv = scratch.path("venv")
    series = Series(FIRST + place, scratch.environ, [UNZIP, FRESH])
    gone = scratch.put_aside if place else lambda path: scratch.remove(path)()

    def removed(*names):
        def before():
            for name in names:
                gone(scratch.path(name))
            if place:
                os.sync()
        return before

    def fresh():
        without_bytecode(venv, gone)
        removed()()

    if tool("unzip"):
        loop = "for wheel in %s; do unzip -q -o $wheel -d %s || exit 1; done" % (" ".join(files), scratch.path("unzipped"))
        series.add(UNZIP, ["/bin/sh", "-c", loop], removed("unzipped"))
    series.add(FRESH, [venv + "/bin/aws", "--version"], fresh)
    if not place:
        series.add("python aws.pyz", [scratch.python, scratch.path("aws.pyz"), "--version"], removed("cache"))
    for name, file in BUNDLES:
        if os.path.exists(scratch.path(file)):
            series.add(name, [scratch.path(file), "--version"], removed("cache", "pex", "shiv"))
    series.run(rounds, by_chance=True)
    scratch.remove("unzipped")()
    return series


def explode(scratch, rounds, wheels, files):
    """Virtual environments, without byte-code as pip makes them with --no-compile."""
    bundle = scratch.path("aws.pyz")
    series = Series("a virtual environment of awscli", scratch.environ, [UNZIP])
    made = scratch.remove("made")
    if tool("unzip"):
        loop = "for wheel in %s; do unzip -q -o $wheel -d %s || exit 1; done" % (" ".join(files), scratch.path("made"))
        series.add(UNZIP, ["/bin/sh", "-c", loop], made)
    series.add("./aws.pyz venv DIR", [bundle, "venv", scratch.path("made")], made)
    series.add("gobundle venv aws.pyz DIR", [scratch.gobundle, "venv", bundle, scratch.path("made")], made)
    install = "%s -I -m venv --without-pip %s && exec %s -I -m pip --python %s/bin/python install -q --no-compile --no-index -f %s awscli" % (
        scratch.real, scratch.path("made"), scratch.real, scratch.path("made"), wheels)
    series.add("python -m venv, pip install", ["/bin/sh", "-c", install], made)
    series.run(rounds)
    made()
    return series
