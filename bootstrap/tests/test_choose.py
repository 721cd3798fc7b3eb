"""The choice among targets, by the cases that the Go code is tested with as well."""
import json
import os
import re
import unittest

from gobundle_bootstrap import conditions
from gobundle_bootstrap.choose import choose
from gobundle_bootstrap.facts import facts
from gobundle_bootstrap.tags import Fit

from .bundles import HERE


def read(*names):
    with open(os.path.join(HERE, *names), encoding="utf-8") as file:
        return json.load(file)


class TestChoose(unittest.TestCase):
    def test_cases(self):
        data = read("testdata", "choose.json")
        self.assertGreaterEqual(len(data["cases"]), 58)
        for case in data["cases"]:
            with self.subTest(case["name"]):
                target, reasons = choose(case, data["interpreters"][case["interpreter"]])
                self.assertEqual(target and target["name"], case["choice"])
                self.assertEqual([list(reason) for reason in reasons], case["reasons"])

    def test_conditions(self):
        data = read("..", "runtime", "manifest", "testdata", "conditions.json")
        self.assertGreater(len(data["keys"]), 30)
        self.assertGreater(len(data["cases"]), 60)
        for row in data["keys"]:
            try:
                key = conditions.key(row["text"])
            except conditions.Unknown:
                key = None
            self.assertEqual(key, row["key"], row["text"])
        for row in data["cases"]:
            environment = dict(data["facts"])
            for name, value in row.get("but", {}).items():
                environment[name] = value
                if value is None:
                    del environment[name]
            try:
                result = conditions.evaluate(row["test"], environment)
            except conditions.Unknown:
                result = None
            self.assertEqual(result, row["result"], row)

    def test_unknown_operation(self):
        with self.assertRaises(conditions.Unknown):
            conditions.evaluate(["newer", "x"], {})


class TestFacts(unittest.TestCase):
    def test_own_tags(self):
        """The interpreter that runs takes its own ABI and the platform it says it has."""
        own = facts()
        fit = Fit(own)
        platform = re.sub("[-.]", "_", own["platform"]["name"])
        tag = "%s%s%s" % (fit.interpreter, own["version_info"][0], own["version_info"][1])
        for tags in (["%s-%s-%s" % (tag, fit.abis()[0], platform)], ["%s-none-any" % tag], ["py3-none-any"]):
            self.assertEqual(fit.misfit(tags), "", tags)
        json.dumps(own)

    def test_as_packaging_has_it(self):
        try:
            from packaging import tags
        except ImportError:
            try:
                from pip._vendor.packaging import tags
            except ImportError:
                return
        fit = Fit(facts())
        wrong = [str(tag) for tag in tags.sys_tags() if fit.misfit([str(tag)])]
        self.assertEqual(wrong, [])

    def test_as_the_platform_module_has_it(self):
        import platform

        environment = facts()["environment"]
        self.assertEqual(environment["platform_machine"], platform.machine())
        self.assertEqual(environment["platform_release"], platform.release())
        self.assertEqual(environment["platform_system"], platform.system())
        self.assertEqual(environment["platform_version"], platform.version())
        self.assertEqual(environment["platform_python_implementation"], platform.python_implementation())
        self.assertEqual(environment["python_full_version"], platform.python_version())
        self.assertEqual(environment["python_version"], ".".join(platform.python_version_tuple()[:2]))
