"""What runs on every start of an application, between the interpreter and it.

It is compiled once for each environment, into start.bin there, with what is needed less
often beside it in pieces; no start imports it. So it must get by with what every
interpreter has loaded before its first line. It is given file, the path of start.py in the
environment, and by ownfiles.py config, and again, the text of again.py.
"""
import os
import sys

# Variables that are for this start and not for what the application starts.
OWN = ("GOBUNDLE_ENTRY_POINT", "GOBUNDLE_SCRIPT", "GOBUNDLE_MODULE", "GOBUNDLE_INTERPRETER",
       "GOBUNDLE_TOOLS", "GOBUNDLE_TRACE", "__GOBUNDLE_STARTING", "__GOBUNDLE_FOUND",
       "__GOBUNDLE_UNFIT", "__GOBUNDLE_TRIED", "PYTHONPATH", "PYTHONHOME")


def prepare():
    """Prepares a start by the environment's own python; returns what to call."""
    if os.name == "posix" and (os.getuid() != os.geteuid() or os.getgid() != os.getegid()):
        piece("entry")
        return refuse("it is started with the rights of another user (setuid), and whose variables these are is unclear",
                      "start it as that user: sudo, or a service")
    folder = os.path.dirname(os.path.abspath(file))
    same = config["version"] == sys.version  # else the interpreter was replaced by another one
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]  # before anything is imported: there is nothing to find in it
    if same and (sys.prefix == folder or os.path.realpath(sys.prefix) == os.path.realpath(folder)) and take_lease(folder):
        arguments = sys.argv[1:]
        try:
            found = application(folder, arguments)
        except OSError:
            pass  # files of the environment are missing
        else:
            sys.argv[:] = arguments
            return found
    exec(again, globals())
    return prepare()


def piece(name):
    """Loads a part of what runs on a start that not every start needs."""
    import marshal

    with open(os.path.join(os.path.dirname(file), name + ".bin"), "rb") as stream:
        data = stream.read()
    try:
        code = marshal.loads(data)
    except (EOFError, TypeError, ValueError):
        raise OSError("%s.bin is damaged" % name)
    exec(code, globals())


def take_lease(folder):
    """Says that the environment was used now, and that it is in use while this process
    and its forks live. Reports whether it may be used: it is for this system, and not
    being removed."""
    global lease
    path = os.path.join(folder, "lease")
    lease = -1
    if is_set("__GOBUNDLE_LEASE"):  # by what this process was before: it has locked it
        handed = os.environ.pop("__GOBUNDLE_LEASE")
        lease = int(handed) if handed.isdigit() else -1
    try:
        locked = lease > 2 and os.path.samestat(os.fstat(lease), os.stat(path))
        if locked:
            os.set_inheritable(lease, False)
        elif lease > 2:
            os.close(lease)  # that of an environment which is there no more
    except OSError:
        locked = False
    if not locked and not own_lease(path):
        return False
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        libc = None
    try:
        os.utime(path)
    except OSError:
        pass  # a cache that can only be read
    return libc == config["libc"] and (os.name == "nt" or os.fstat(lease).st_nlink > 0)


def own_lease(path):
    """Opens and locks the lease. Reports whether it is there, and nobody is removing it."""
    global lease
    try:
        lease = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    low = []
    while lease < 3:  # the number of a closed stream, by which the application would read and write it
        low.append(lease)
        lease = os.dup(lease)
    for descriptor in low:
        os.close(descriptor)
    try:
        fcntl = locks()
    except ImportError:
        return True  # Windows doesn't remove what is open
    try:
        fcntl.flock(lease, SHARED)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


# LOCK_SH | LOCK_NB: Python gives them these numbers also where the system has none.
SHARED = 1 | 4


def locks():
    """Returns the module fcntl, of which only functions are there for sure. Where it is a file its
    place is known, which saves half of the time that finding and loading it takes: as
    much as all the rest of this. It is none of the application's modules."""
    if "fcntl" not in sys.modules and config["fcntl"]:
        import _imp

        spec = type(sys.__spec__)("fcntl", None, origin=config["fcntl"])
        try:
            return _imp.create_dynamic(spec)  # exec_dynamic would add a hundred constants
        finally:
            sys.modules.pop("fcntl", None)  # older Pythons put it there, without what an import adds
    import fcntl

    return fcntl


def application(folder, arguments):
    """Returns the application as something to call. The arguments are those of sys.argv, and may
    become more."""
    environ = os.environ
    try:
        environ["GOBUNDLE"] = os.path.abspath(arguments[0])
    except OSError:  # the working folder is gone
        environ["GOBUNDLE"] = arguments[0]
    asked = {}
    for name in OWN:
        if is_set(name):
            asked[name] = environ[name]
    if config["commands"] is not None:
        piece("command")
        select(folder, asked, arguments)
    if config["arranged"]:
        piece("arrange")
        arrange(asked, arguments)
    if sys.dont_write_bytecode:
        keep_bytecode(tuple(os.path.join(folder, path, "") for path in config["site"] + config["library"]))
    if not asked and config["script"] is not None:
        found = script(config["script"])
    else:
        piece("entry")
        found = other_entry(folder, asked)
    for name in asked:
        del environ[name]
    return found


def is_set(name):
    """Reports whether a variable is set, as a look into os.environ does, which takes ten
    times as long on posix for what is not there."""
    known = getattr(os.environ, "_data", None)
    if os.name != "posix" or known is None:
        return name in os.environ
    return name.encode() in known


def keep_bytecode(folders):
    """Makes imports from folders, whose names end with a separator, keep their byte-code
    all the same."""
    loaders = sys.modules["_frozen_importlib_external"].SourceFileLoader
    compiled = loaders.source_to_code

    def source_to_code(loader, data, path, *arguments, **options):
        # Only called where there is no byte-code, or none that is up to date.
        code = compiled(loader, data, path, *arguments, **options)
        if isinstance(path, str) and path.startswith(folders):
            piece("bytecode")
            keep(loader, code, path)
        return code

    loaders.source_to_code = source_to_code


def script(code):
    """Returns a script, as something to call; it takes over the module __main__."""
    main = sys.modules["__main__"]
    if code.co_filename[0] != "<":
        main.__file__ = code.co_filename
    return lambda: first(exec, code, empty(main.__dict__))


def empty(scope):
    for name in [name for name in scope if not name.startswith("__")]:
        del scope[name]
    return scope


# Since 3.11 CPython has its frames in chunks of memory, and what is called often just where a
# chunk ends makes and frees the next one each time: a tenth of a start may go by that. These
# two are given frames (environment.py does it) that fill up what they are in, so that the
# application has its frames where it has them when it is started without all this.


def first(run, *arguments):
    try:
        return second(run, *arguments)
    except SystemExit:
        raise
    except BaseException as error:
        if failed(error):
            sys.exit(1)  # all is said
        raise


def second(run, *arguments):
    return run(*arguments)


def failed(error):
    """Sees to it that the user is told of an error of the application as it would be without
    all this. Reports whether the user has been told."""
    try:
        piece("failure")
        return tell_failure(error)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(prepare()())
