"""A piece of start.py: byte-code of the environment is kept, whatever the setting.

Without it, with PYTHONDONTWRITEBYTECODE set, every start would compile all that it imports.
The application's own view of the setting stays, and so does what other folders get.
"""
import os
import sys


def keep_bytecode(folders):
    """Makes imports from the folders keep their byte-code."""
    import _frozen_importlib_external as machinery
    from _imp import extension_suffixes

    class Loader(machinery.SourceFileLoader):
        def source_to_code(self, data, path, *arguments, **options):
            # Only called where there is no byte-code, or none that is up to date.
            code = super(Loader, self).source_to_code(data, path, *arguments, **options)
            try:
                keep(self, code, path)
            except (OSError, NotImplementedError, ValueError):
                pass
            return code

    def keep(loader, code, path):
        import marshal

        status = os.stat(path)
        numbers = [0, int(status.st_mtime), status.st_size]
        if sys.version_info < (3, 7):
            del numbers[0]
        data = bytearray(machinery.MAGIC_NUMBER)
        for number in numbers:
            data += (number & 0xFFFFFFFF).to_bytes(4, "little")
        loader._cache_bytecode(path, machinery.cache_from_source(path), data + marshal.dumps(code))

    def finder(path):
        for folder in folders:
            if path == folder or path.startswith(folder + os.sep):
                return machinery.FileFinder(path, *loaders)
        raise ImportError("not in the environment")

    loaders = [(machinery.ExtensionFileLoader, extension_suffixes()),
               (Loader, machinery.SOURCE_SUFFIXES),
               (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES)]
    sys.path_hooks.insert(0, finder)
    for path in list(sys.path_importer_cache):
        if path.startswith(tuple(folders)):
            del sys.path_importer_cache[path]
