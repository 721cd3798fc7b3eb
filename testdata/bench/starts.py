"""What starting takes, against a virtual environment with the same wheels."""
import os

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
    for command in ([bundle], [scratch.python, bundle]):
        scratch.check(*command)
    found = []
    for setting, environ in BYTECODE.items():
        series = Series("hello, warm" + setting, dict(scratch.environ, **environ), [HELLO])
        series.add(HELLO, [script])
        series.add(PLAIN, [python, "-I", plain])
        series.add("sh that starts that", ["/bin/sh", "-c", "exec %s -I %s" % (python, plain)])
        series.add("python of a zip that prints it", [scratch.python, empty])
        series.add("./hello.pyz", [bundle])
        series.add("python hello.pyz", [scratch.python, bundle])
        found.append(series.run(rounds))
    return found


def aws(scratch, rounds):
    """Warm starts of a program that imports some 680 modules."""
    bundle, venv = scratch.path("aws.pyz"), scratch.path("venv")
    commands = [(VENV, [venv + "/bin/aws", "--version"]), ("./aws.pyz", [bundle, "--version"]),
                ("python aws.pyz", [scratch.python, bundle, "--version"]), (PROGRAM, [scratch.path("aws-program"), "--version"])]
    for peer in ("aws.pex", "aws.shiv"):
        if os.path.exists(scratch.path(peer)):
            commands.append(("./" + peer, [scratch.path(peer), "--version"]))
    for _, command in commands:
        scratch.check(*command)
    found = []
    for setting, environ in BYTECODE.items():
        series = Series("aws --version, warm" + setting, dict(scratch.environ, **environ), [VENV])
        for name, command in commands:
            series.add(name, command)
        found.append(series.run(rounds))
    return found


def first(scratch, rounds, files):
    """First starts: nothing is unpacked, nothing is compiled."""
    bundle, venv = scratch.path("aws.pyz"), scratch.path("venv")
    series = Series("aws --version, first start", scratch.environ, [UNZIP, FRESH])
    if tool("unzip"):
        loop = "for wheel in %s; do unzip -q -o $wheel -d %s || exit 1; done" % (" ".join(files), scratch.path("unzipped"))
        series.add(UNZIP, ["/bin/sh", "-c", loop], scratch.remove("unzipped"))
    series.add(FRESH, [venv + "/bin/aws", "--version"], lambda: without_bytecode(venv))
    series.add("./aws.pyz", [bundle, "--version"], scratch.remove("cache"))
    series.add("python aws.pyz", [scratch.python, bundle, "--version"], scratch.remove("cache"))
    for name, file in ((PROGRAM, "aws-program"), ("./aws.pyz made with --compile", "aws-compiled.pyz"),
                       (PROGRAM + " made with --compile", "aws-compiled")):
        series.add(name, [scratch.path(file), "--version"], scratch.remove("cache"))
    for peer in ("pex", "shiv"):
        if os.path.exists(scratch.path("aws." + peer)):
            series.add("./aws." + peer, [scratch.path("aws." + peer), "--version"], scratch.remove(peer))
    series.run(rounds)
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
