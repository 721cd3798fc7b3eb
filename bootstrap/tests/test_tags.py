"""What fits must be exactly what packaging lists, for each target of the conformance data."""
import json
import os
import re
import unittest

from gobundle_bootstrap.tags import Fit

MACHINES = {"macos": "Darwin", "linux": "Linux", "win": "Windows"}


def facts_of(name):
    """Makes the facts of a target by its name in the conformance data; None for what
    bundles don't run on."""
    python, _, rest = name.partition("-")
    letters, digits, flags = re.match(r"([a-z]+)(\d+)([a-z]*)$", python).groups()
    system, _, rest = (rest.replace("win_", "win-").replace("win32", "win-win32") + "-").partition("-")
    version = [int(digits[0]), int(digits[1:])]
    platform = {"system": MACHINES.get(system), "bits": 64, "glibc": [], "musl": [], "macos": [],
                "armhf": False, "i686": False, "refused": []}
    if system == "linux":
        machine, libc = rest.strip("-").split("-")
        kind, number = re.match(r"([a-z]+)([\d.]+)$", libc).groups()
        platform[kind] = [int(part) for part in number.split(".")]
        platform["name"] = "linux-" + machine
        platform["i686"] = machine == "i686"
        platform["bits"] = 32 if machine == "i686" else 64
    elif system == "macos":
        number, machine = rest.strip("-").split("-")
        platform["macos"] = [int(part) for part in number.split(".")]
        platform["name"] = "macosx-11.0-" + machine
    elif system == "win":
        machine = rest.strip("-")
        platform["name"] = machine if machine == "win32" else "win-" + machine
        platform["bits"] = 32 if machine == "win32" else 64
    else:
        return None
    platform["machine"] = machine
    soabi = {"pp": "pypy310-pp73-x86_64-linux-gnu", "graalpy": "graalpy242-311-native-x86_64-linux"}.get(letters, "")
    return {
        "implementation": {"cp": "cpython", "pp": "pypy"}.get(letters, letters),
        "version_info": version + [0],
        "abi": {"threaded": "t" in flags, "debug": False, "pymalloc": True, "soabi": soabi},
        "platform": platform,
    }


class TestTags(unittest.TestCase):
    @unittest.skipUnless(os.environ.get("GOBUNDLE_CONFORMANCE"), "no conformance data")
    def test_conformance(self):
        path = os.path.join(os.environ["GOBUNDLE_CONFORMANCE"], "packaging.json")
        with open(path, encoding="utf-8") as file:
            lists = json.load(file)["oracle_tags_in_order"]
        every = sorted(set(tag for tags in lists.values() for tag in tags))
        self.assertGreater(len(every), 5000)
        seen = 0
        for name, tags in lists.items():
            facts = facts_of(name)
            if facts is None:
                continue
            seen += 1
            fit, right = Fit(facts), set(tags)
            with self.subTest(name):
                wrong = [tag for tag in every if (fit.misfit([tag]) == "") != (tag in right)]
                self.assertEqual(wrong[:5], [])
        self.assertEqual(seen, 19)

    def test_reasons(self):
        fit = Fit(facts_of("cp312-linux-x86_64-glibc2.17"))
        for tag, want in (
            ("cp312-cp312-manylinux_2_17_x86_64", ""),
            ("cp312-cp312-manylinux2014_x86_64", ""),
            ("cp38-abi3-manylinux1_x86_64", ""),
            ("py3-none-any", ""),
            ("cp312-cp312-manylinux_2_28_x86_64", "needs glibc 2.28, this is 2.17"),
            ("cp312-cp312-musllinux_1_2_x86_64", "needs musl 1.2, this system has glibc 2.17"),
            ("cp312-cp312-manylinux_2_17_aarch64", "needs aarch64, this is x86_64"),
            ("cp312-cp312-win_amd64", "needs Windows, this is Linux"),
            ("cp312-cp312-macosx_11_0_arm64", "needs macOS, this is Linux"),
            ("cp313-cp313-manylinux_2_17_x86_64", "needs CPython 3.13, this is CPython 3.12"),
            ("cp313-abi3-manylinux_2_17_x86_64", "needs CPython 3.13 or later, this is CPython 3.12"),
            ("pp310-pypy310_pp73-manylinux_2_17_x86_64", "needs PyPy 3.10, this is CPython 3.12"),
            ("py2-none-any", "needs Python 2, this is CPython 3.12"),
            ("py313-none-any", "needs Python 3.13 or later, this is CPython 3.12"),
            ("cp312-cp312t-manylinux_2_17_x86_64", "needs a free-threaded Python, this is none"),
            ("cp312-cp312d-linux_x86_64", "needs a debug build of Python, this is none"),
        ):
            self.assertEqual(fit.misfit([tag]), want, tag)

    def test_nearest_reason(self):
        fit = Fit(facts_of("cp312-linux-x86_64-glibc2.17"))
        tags = ["cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-win_amd64"]
        self.assertEqual(fit.misfit(tags), "needs glibc 2.28, this is 2.17")
        self.assertEqual(fit.misfit(tags + ["py2-none-any", "py3-none-any"]), "")

    def test_free_threaded(self):
        fit = Fit(facts_of("cp313t-linux-x86_64-glibc2.28"))
        self.assertEqual(fit.misfit(["cp313-cp313t-manylinux_2_17_x86_64"]), "")
        self.assertEqual(fit.misfit(["cp38-abi3-manylinux_2_17_x86_64"]),
                         "needs a Python with the global interpreter lock, this is free-threaded")

    def test_refused_platform(self):
        facts = facts_of("cp312-linux-x86_64-glibc2.28")
        facts["platform"]["refused"] = ["2_17_x86_64"]
        fit = Fit(facts)
        self.assertEqual(fit.misfit(["cp312-cp312-manylinux_2_28_x86_64"]), "")
        self.assertEqual(fit.misfit(["cp312-cp312-manylinux2014_x86_64"]),
                         "is for manylinux2014_x86_64, which this system says it is not compatible with")

    def test_debug_build(self):
        facts = facts_of("cp312-linux-x86_64-glibc2.28")
        facts["abi"]["debug"] = True
        fit = Fit(facts)
        for abi in ("cp312d", "cp312", "abi3", "none"):
            self.assertEqual(fit.misfit(["cp312-%s-linux_x86_64" % abi]), "")


if __name__ == "__main__":
    unittest.main()
