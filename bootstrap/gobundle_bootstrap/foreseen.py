"""Finds the modules that an application will import when it starts, by a look at sources.

What is outside of functions runs when a module is imported. Lines are looked at, since a syntax
tree would take as long as compiling. What is not found here Python compiles by itself, later; what is
found in vain has cost time. So what is unclear is left out.
"""
import os
import re
import sys
from importlib.machinery import EXTENSION_SUFFIXES

WORD = re.compile(br"import\b")  # first a plain text, which is found quickly
FROM = re.compile(br"from(?:\s+|(?=\.))(\.*[\w.]+)\s*$")
ELSEWHERE = re.compile(br"(?:async\s+)?def\b|if\s+(?:[\w.]+\.)?TYPE_CHECKING\b|if\s+__name__\b")  # what is in these does not run at an import
DOTTED = re.compile(br"[\"']([A-Za-z_]\w*(?:\.\w+)+)[\"']")
LONG = 500  # bytes of a line that are looked at: all work must stay in proportion to the source
MUCH = 50000  # bytes of names behind one import
DEEP = 50  # packages in one another
FAR = 200  # lines to look back for what a line is inside of
TABLE = 8  # so many names in one source are a choice, of which a start takes few


def imports(source, function=None, wanted=None):
    """Yields what a source imports when it is imported: the name of a module, which may begin with
    dots, and names that are taken out of it. With a function it is a program that calls this. wanted
    says of the names of modules, without dots before, whether they are asked for."""
    started = function and re.compile(br"(?:async\s+)?def\s+%s\b|if\s+__name__\b" % re.escape(function.encode("utf-8")))
    end = 0
    for found in WORD.finditer(source):
        if found.start() < end:
            continue  # in what was listed behind the last one
        begin = source.rfind(b"\n", max(0, found.start() - LONG), found.start()) + 1
        if not begin and found.start() > LONG:
            continue
        head = source[begin:found.start()]
        words = head.lstrip()
        if not words and source[begin - 2:begin] == b"\\\n":  # the line before goes on here
            begin = source.rfind(b"\n", max(0, begin - LONG), begin - 1) + 1
            head = source[begin:found.start()].replace(b"\\\n", b" ")
            words = head.lstrip()
        base = None
        if words:
            base = FROM.match(words)
            if not base:
                continue
            base = base.group(1).decode("utf-8", "ignore")
            if wanted and base[:1] != "." and not wanted(base):
                continue
        if head[:1].isspace() and not runs(source, begin, head, started):
            continue
        text, end = listed(source, found.end())
        names = [part.split()[0].decode("utf-8", "ignore") for part in text.split(b",") if part.strip()]
        if base:
            yield base, names
        else:
            for name in names:
                if not wanted or wanted(name):
                    yield name, ()


def listed(source, place):
    """Returns what stands behind the word import, as one line without comments, and where that ends."""
    end = source.find(b"\n", place)
    end = len(source) if end < 0 else end
    line = source[place:end]
    if line.lstrip()[:1] == b"(":
        end = source.find(b")", place, place + MUCH)
        if end < 0:
            return b"", place + MUCH
        text = source[source.index(b"(", place) + 1:end]
        return b" ".join(line.partition(b"#")[0] for line in text.split(b"\n")), end
    lines = []
    while line.rstrip().endswith(b"\\") and end < min(len(source), place + MUCH):
        lines.append(line.rstrip()[:-1])
        begin, end = end + 1, source.find(b"\n", end + 1)
        end = len(source) if end < 0 else end
        line = source[begin:end]
    lines.append(line)
    return b"".join(lines).partition(b"#")[0].partition(b";")[0], end


def runs(source, begin, head, started):
    """Reports whether an indented line runs when its module is imported, or in a block that started matches."""
    width = indentation(head)
    for _ in range(FAR):
        end = begin - 1
        if end <= 0:
            return False
        begin = source.rfind(b"\n", 0, end) + 1
        line = source[begin:end]
        words = line.lstrip()
        if not words or words[:1] == b"#" or indentation(line) >= width:
            continue
        width = indentation(line)
        if ELSEWHERE.match(words) and (width or not started or not started.match(words)):
            return False
        if not width:
            return True
    return False


def indentation(line):
    return len(line) - len(line.lstrip())


class Foresight(object):
    """The modules among the files of an environment, and which of them will be imported. places are those
    of the files with slashes, site is the folder that modules are found in, and read returns
    the content of the file at a place. found has the sizes of sources by their places."""

    def __init__(self, places, site, read):
        self.places = places
        self.site = site + "/"
        self.read = read
        self.found = {}
        self.known = {}
        self.ours = set()
        self.left = []
        tops = set(place[len(self.site):].partition("/")[0] for place in places if place.startswith(self.site))
        tops.update([name[:-len(".py")] for name in tops if name.endswith(".py")])
        self.tops = set(top for top in tops if "." not in top and not standard(top))

    def start(self, module, function):
        """Follows what a module and a function in it import. Without a function, the module is run as a program."""
        self.name(module)
        if not function and self.known.get(module, "").endswith("/__init__.py"):
            module += ".__main__"
            self.name(module)
        self.ours.add(module.partition(".")[0])
        if self.known.get(module):
            self.follow(module, self.read(self.known[module]), function or "main")
        self.rest()

    def start_script(self, source):
        """Follows what a script imports."""
        self.ours.update(module.partition(".")[0] for module, _ in imports(source, "main"))
        self.follow("", source, "main")
        self.rest()

    def rest(self):
        while self.left:
            module, place = self.left.pop()
            source = self.read(place)
            self.found[place] = len(source)
            self.follow(module, source)

    def follow(self, module, source, function=None):
        """Notes what a module imports. function is one in it that will be called."""
        package = module if self.known.get(module, "").endswith("/__init__.py") else module.rpartition(".")[0]
        for base, names in imports(source, function, self.there):
            if base[:1] == ".":
                base = absolute(base, package)
            self.name(base)
            place = self.known.get(base, "")
            if not place or place.endswith("/__init__.py"):  # else it has nothing but attributes
                for name in names:
                    self.name(base + "." + name)
        if module.partition(".")[0] in self.ours and (b"import_module" in source or b"__import__" in source):
            # It imports modules by names that are data.
            names = set(name.decode("utf-8", "ignore") for name in DOTTED.findall(source))
            names = [name for name in sorted(names) if self.place(name) is not None]
            for name in names if len(names) <= TABLE else ():
                self.name(name)

    def name(self, module):
        """Notes that a module is imported, and with it the packages that it is in."""
        while module and module not in self.known and module.count(".") < DEEP:
            place = self.place(module)
            self.known[module] = place or ""
            if place is not None:
                self.left.append((module, place))
            module = module.rpartition(".")[0]

    def there(self, module):
        """Reports whether the environment has something with the first part of a name."""
        return module.partition(".")[0] in self.tops

    def place(self, module):
        """Returns the place of a module's source; None if it has none in the environment."""
        if not self.there(module):
            return None
        stem = self.site + module.replace(".", "/")
        if stem + "/__init__.py" in self.places:
            return stem + "/__init__.py"
        if stem + ".py" not in self.places or any(stem + suffix in self.places for suffix in EXTENSION_SUFFIXES):
            return None
        return stem + ".py"


def absolute(base, package):
    """Returns the name of a module that is named relative to a package."""
    name = base.lstrip(".")
    for _ in range(len(base) - len(name) - 1):
        package = package.rpartition(".")[0]
    return package + "." + name if package and name else package or name


def standard(top):
    """Reports whether a module comes with the interpreter, and so before one with its name in an environment."""
    library = os.path.join(os.path.dirname(os.__file__), top)
    return top in sys.builtin_module_names or os.path.isfile(library + ".py") or os.path.isfile(os.path.join(library, "__init__.py"))
