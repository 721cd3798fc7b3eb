"""Calls one hook of a build backend (PEP 517) for gobundle.

It runs in the environment that the build has, in the project's folder. The
only argument is a folder with request.json; the answer goes there as
answer.json, whole or not at all. What the backend prints is not touched.

    request: {"backend": "module:object", "path": [FOLDER...], "hook": NAME,
              "arguments": [...]}
    answer:  {"value": ...}          what the hook returned
             {"missing": true}       the backend has no such hook
             {"unavailable": TEXT}   the backend could not be imported
             {"elsewhere": FILE}     the backend is not the one of "path"
             {"raised": TEXT}        the hook failed
"""
import importlib
import json
import os
import sys
import traceback


def answer(folder, content):
    draft = os.path.join(folder, "answer.draft")
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.replace(draft, os.path.join(folder, "answer.json"))


def one_line(error):
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().split("\n")
    if isinstance(error, SyntaxError):  # the lines before quote the code
        return lines[-1]
    if isinstance(error, SystemExit) and len(lines) > 1:  # how to use the program, and what was wrong
        return "SystemExit: " + lines[-1]
    return " ".join(lines)


def show(error):
    """The traceback, without the frames of this file."""
    if isinstance(error, SystemExit):
        # It has printed what was to be said, which frames would bury.
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
        return
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)


def load(name, path):
    """The backend's object, and the file of its module."""
    sys.path[:0] = path
    module_name, _, attributes = name.partition(":")
    importlib.invalidate_caches()
    module = importlib.import_module(module_name)
    backend = module
    for attribute in filter(None, attributes.split(".")):
        backend = getattr(backend, attribute)
    return backend, getattr(module, "__file__", None)


def inside(file, folders):
    file = os.path.normcase(os.path.realpath(file))
    for folder in folders:
        folder = os.path.normcase(os.path.realpath(folder))
        if file.startswith(os.path.join(folder, "")):
            return True
    return False


def call(request):
    path = request["path"]
    try:
        backend, file = load(request["backend"], path)
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name
        if not missing or not (request["backend"].partition(":")[0] + ".").startswith(missing + "."):
            show(error)
        return {"unavailable": one_line(error)}
    if path and file and not inside(file, path):
        return {"elsewhere": file}
    hook = getattr(backend, request["hook"], None)
    if hook is None:
        return {"missing": True}
    try:
        return {"value": hook(*request["arguments"])}
    except BaseException as error:  # sys.exit() is a failure like any other
        show(error)
        return {"raised": one_line(error)}


def main():
    folder = sys.argv[1]
    # The folder of this file is nothing that a backend should find modules in.
    here = os.path.dirname(os.path.realpath(__file__))
    if sys.path and os.path.realpath(sys.path[0]) == here:
        del sys.path[0]
    # What a backend writes has the same modes whoever builds.
    os.umask(0o022)
    with open(os.path.join(folder, "request.json"), encoding="utf-8") as file:
        request = json.load(file)
    del sys.argv[1:]
    content = call(request)
    try:
        answer(folder, content)
    except (TypeError, ValueError):
        answer(folder, {"raised": "the hook returned " + repr(content.get("value"))[:200]})
        return 1
    return 1 if "raised" in content or "unavailable" in content else 0


if __name__ == "__main__":
    sys.exit(main())
