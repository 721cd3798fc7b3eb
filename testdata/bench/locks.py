"""What resolving takes that ends in a lock and not in a bundle."""
import os

from measure import Series


def lock(scratch, rounds, title, wheels, requirements):
    """A lock of wheels that are there: with nothing known, and again when it is there already."""
    requirements_file, output = scratch.path("requirements.txt"), scratch.path("pylock.toml")
    with open(requirements_file, "w") as file:
        file.write("\n".join(requirements) + "\n")
    command = [scratch.gobundle, "lock", "-r", requirements_file, "-o", output, "--no-index", "-f", wheels]
    series = Series(title, scratch.environ)

    def nothing():
        scratch.remove("cache")()
        if os.path.exists(output):
            os.unlink(output)

    series.add("nothing known", command, nothing)
    series.add("again", command)
    return series.run(rounds)
