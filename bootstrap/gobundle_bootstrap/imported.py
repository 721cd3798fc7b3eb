"""Makes what is in a bundle importable in a Python that runs already and that has the
bundle on sys.path: `import __gobundle__`. For places where somebody else starts Python, as
function services and cluster executors do."""
import importlib
import os
import sys
import types

from . import environment
from .boot import prepared
from .bundle import Bundle
from .choose import choose
from .facts import facts as own_facts
from .host import Base, site_folder
from .search import report
from .talk import Failure, Trace

leases = []  # as long as this process lives


class Bundled(types.ModuleType):
    """The module __gobundle__: its attributes are modules of the bundle."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return importlib.import_module(name)
        except ImportError as error:
            raise AttributeError(str(error))


def activate(path, bundle_id):
    """Puts the bundle's environment, made if need be, onto sys.path behind the bundle. It is an
    ImportError if that can't be done."""
    try:
        bundle = Bundle(path, bundle_id)
        facts = own_facts()
        bundle.target = choose(bundle.manifest, facts)[0]
        if bundle.target is None:
            raise report(bundle, facts)
        folder = prepared(bundle, facts, Base(), Trace(path), take_lease)
    except Failure as failure:
        raise ImportError("%s (%s)" % (failure, failure.hint) if failure.hint else str(failure))
    add(os.path.join(folder, site_folder(folder)), path)


def take_lease(folder):
    """Says that the environment is in use; an OSError if it is being removed."""
    descriptor = environment.lease(folder)
    leases.append(descriptor)


def add(site_packages, path):
    """Adds a folder with its .pth files, behind the bundle's own entry of sys.path."""
    import site

    before = list(sys.path)
    site.addsitedir(site_packages)
    added = [entry for entry in sys.path if entry not in before]
    sys.path[:] = [entry for entry in sys.path if entry in before]
    place = [os.path.abspath(entry) for entry in sys.path].index(path) + 1 if path in map(os.path.abspath, sys.path) else 0
    sys.path[place:place] = added
