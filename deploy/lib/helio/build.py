"""Configures and builds the daemons, with progress."""

import os
import re
import subprocess
import sys

from helio.process import SiteError
from helio.site import ROOT

TARGETS = ["helio-store", "helio-mmp", "helio-mta-inbound", "helio-mta-outbound"]


def build(folder):
    """Builds what is out of date in `folder`; configures it first when it is not a build folder yet."""
    if not os.path.exists(os.path.join(folder, "CMakeCache.txt")):
        done = subprocess.run(
            ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_C_COMPILER=clang-19",
             "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_BUILD_TYPE=Release", "-DHELIO_PCH=ON"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise SiteError(f"cmake failed in {folder}:\n{done.stdout[-4000:]}\n"
                            "are all packages there? deploy/install-packages --check")
    command = ["cmake", "--build", folder, "--parallel", str(os.cpu_count() or 2), "--target", *TARGETS]
    lines = []
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        progress = Progress()
        for line in child.stdout:
            lines.append(line)
            progress.show(line)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if child.wait() != 0:
        raise SiteError(f"the build in {folder} failed:\n{''.join(lines[-40:])}"
                        f"repeat it with: cmake --build {folder}")
    return f"in {folder}"


class Progress:
    """ninja's [n/m] as a percentage: in place on a terminal, at each tenth elsewhere."""

    def __init__(self):
        self._terminal = sys.stdout.isatty()
        self._shown = 0

    def show(self, line):
        match = re.match(r"\[(\d+)/(\d+)\]", line)
        if not match:
            return
        percent = 100 * int(match[1]) // int(match[2])
        if percent == 100:
            if self._terminal and self._shown:
                print("    \b\b\b\b", end="", flush=True)
        elif self._terminal:
            print(f"{percent:3} %\b\b\b\b\b", end="", flush=True)
            self._shown = percent
        elif percent >= self._shown + 10:
            self._shown = percent - percent % 10
            print(f"{self._shown} % ", end="", flush=True)
