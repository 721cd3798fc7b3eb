"""A first start, and every other one that is not as usual: from the bundle's manifest to
its application. A usual start is over in __main__.py or before it, in the sh lines."""
import os
import sys

from . import cache as caches
from . import ahead, environment, links
from .host import PYTHON, Base
from .inside import flags
from .longpaths import plain
from .talk import Failure, Trace, report, tell


def prepare(path, bundle_id, found):
    """Returns what __main__ calls to go on; its result is the exit code.

    found is the interpreter that the sh lines have started, as they found it on PATH, or
    "". Other variables are between one boot and the next: __GOBUNDLE_UNFIT is an
    interpreter that the sh lines will find again and that doesn't suit, and
    __GOBUNDLE_TRIED says that the search is over.
    """
    return lambda: guarded(path, lambda: start(path, bundle_id, found))


def guarded(path, run):
    """Ends in one of the ways in which a program may end: never in a traceback of what is
    not the application's."""
    try:
        return run()
    except Failure as failure:
        return report(path, failure)
    except KeyboardInterrupt:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except Exception as error:
        if os.environ.get("GOBUNDLE_TRACE", "0") not in ("", "0"):
            raise
        what = "%s: %s" % (type(error).__name__, error)
        return report(path, Failure("preparing the start went wrong: " + " ".join(what.split()),
                                    "GOBUNDLE_TRACE=1 shows where"))


def start(path, bundle_id, found):
    from .bundle import Bundle

    trace = Trace(path)
    bundle = Bundle(path, bundle_id)
    trace("manifest read")
    own = bundle.manifest["options"].get("tools", True)
    tool = os.environ.get("GOBUNDLE_TOOLS", "")
    arguments = sys.argv[1:]
    if tool == "" and own and arguments[:1] == ["venv"] and links.command(bundle) is None:
        tool, arguments = "venv", arguments[1:]
    if tool not in ("", "0"):
        from . import tools

        return tools.run(tool, arguments, bundle, lambda: suitable(bundle, found, trace))
    facts, base = suitable(bundle, found, trace)
    return launch(bundle, facts, base, found, trace)


def suitable(bundle, found, trace):
    """Chooses the target for this interpreter; returns its facts and the interpreter.
    If it is not right for the bundle, this process goes on in one that is."""
    from .choose import choose
    from .facts import facts as own_facts

    tried = os.environ.pop("__GOBUNDLE_TRIED", "")
    base = Base()
    forced = os.environ.get("GOBUNDLE_PYTHON")
    if forced and not tried:
        from .search import which

        python = which(bundle, forced)
        if os.path.realpath(python) not in (base.real, os.path.realpath(sys.executable)):
            restart(python, bundle, "forced")
    facts = own_facts()
    bundle.target = choose(bundle.manifest, facts)[0]
    trace("target chosen")
    if bundle.target is not None:
        return facts, base
    from . import search

    if forced:
        failure = search.report(bundle, facts)
        raise Failure("GOBUNDLE_PYTHON names %s, and the bundle can't run on it\n%s" % (
            forced, "\n".join(str(failure).split("\n")[1:])), failure.hint)
    python, asked = (None, []) if tried else search.other(bundle, base.path)
    trace("other interpreters asked")
    if python is None:
        raise search.report(bundle, facts, asked)
    if found and os.path.realpath(found) == base.real:
        os.environ["__GOBUNDLE_UNFIT"] = found
    elif not found:
        os.environ["__GOBUNDLE_UNFIT"] = base.path
    restart(python, bundle, "searched")


def restart(python, bundle, why):
    """Goes on with another interpreter."""
    os.environ["__GOBUNDLE_TRIED"] = why
    drop_variables(bundle)
    become([python] + sys.argv)


def launch(bundle, facts, base, found, trace):
    """Starts the application by the python of its environment."""
    import gc

    gc.disable()  # this process makes many things and then is another program
    unfit = os.environ.pop("__GOBUNDLE_UNFIT", "")
    started = ahead.started(bundle, sys.argv[1:], os.environ)
    folder = prepared(bundle, facts, base, trace, hand_lease, found, unfit, started)
    python = os.path.join(folder, PYTHON)
    drop_variables(bundle)
    if "__GOBUNDLE_AHEAD" in os.environ:
        from .packed import settle

        settle()  # the application knows nothing of that child
    # How often this start has come here: the environment may have been removed again.
    tries = os.environ.get("__GOBUNDLE_STARTING", "")
    os.environ["__GOBUNDLE_STARTING"] = {"": "1", "1": "2"}.get(tries, "3")
    trace("handing over to " + python)
    trace.total("in all")
    options = bundle.manifest["options"].get("python_args", [])
    become([python] + flags() + options + [os.path.join(folder, "start.py")] + sys.argv)


def hand_lease(folder):
    """Takes the lease of the environment for the process that this one becomes."""
    if os.name == "posix":
        descriptor = environment.lease(folder)
        os.set_inheritable(descriptor, True)
        os.environ["__GOBUNDLE_LEASE"] = str(descriptor)


ATTEMPTS = 5  # in which nobody may remove what this process has just made


def prepared(bundle, facts, base, trace, use, found="", unfit="", started=None):
    """Returns the folder of the environment, made if need be, in the first cache that is
    good for it. use is called with it and may say by a FileNotFoundError that it has been
    removed already."""
    troubles = []
    for cache in caches.places(troubles):
        trace("cache is " + plain(cache))
        for attempt in range(ATTEMPTS):
            try:
                folder = environment.ready(cache, bundle, facts, base, trace, started)
                use(folder)
            except FileNotFoundError as error:  # whoever clears the cache was quicker
                trouble = error
                continue
            except OSError as error:
                trouble = error
                break
            if troubles:
                tell(bundle.path, "warning: %s; using %s" % ("; ".join(troubles), plain(cache)))
            try:
                remember(cache, folder, bundle, base, found, unfit)
            except OSError as error:
                tell(bundle.path, "warning: the next start will be slow: %s" % caches.describe(cache, error))
            return plain(folder)
        troubles.append(caches.describe(cache, trouble))


def drop_variables(bundle):
    """Removes the variables that would change what Python the application runs in."""
    os.environ.pop("PYTHONHOME", None)
    if not bundle.manifest["options"].get("inherit_path"):
        os.environ.pop("PYTHONPATH", None)


def become(arguments):
    """Replaces this process by another program."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
    if os.name == "nt":
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the child, too, which heeds it
        code = subprocess.call(arguments)
        sys.exit(code - (code >> 31 << 32))  # sys.exit takes no larger ones
    try:
        os.execv(arguments[0], arguments)
    except OSError as error:
        raise Failure("starting %s: %s" % (arguments[0], error.strerror),
                      "set GOBUNDLE_PYTHON to a Python that can be started")


def remember(cache, folder, bundle, base, found, unfit):
    """Notes which environment belongs to the interpreter, by the paths that it will be
    found by. A path that leads elsewhere, as the shims of version managers may on another
    day, is not noted."""
    envs, key = os.path.split(folder)
    paths = set([base.path])
    if found and os.path.realpath(found) == base.real:
        paths.add(found)
    notes = [(path, key + "\n") for path in paths]
    if unfit:
        notes.append((unfit, "%s\n%s\n" % (key, PYTHON)))
    notes = [(environment.note(envs, path), note.encode("ascii")) for path, note in notes
             if os.path.isabs(path) and "\n" not in path]
    notes = [(place, note) for place, note in notes if content(place) != note]
    if not notes:
        return
    with caches.Lock(cache, "at-" + bundle.id[:32], "noting the environment", bundle.path) as lock:
        for place, note in notes:
            parent, name = os.path.split(place)
            caches.make_folders(parent)
            if lock.held:
                caches.remove_leftovers(parent, name)
            caches.write(place, note)


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
