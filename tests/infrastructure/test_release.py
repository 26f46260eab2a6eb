"""What `make release` hands out: archives that hold the program, checksums that fit, and no agent without SQS."""

import contextlib
import io
import os
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import stack
from tools import release
from tools.cloud import Stop

# Stands in for cargo: notes what it was asked and puts the programs where cargo does.
CARGO = """#!/bin/sh
echo "$*" > "{folder}/asked"
mkdir -p "$CARGO_TARGET_DIR/dist"
for program in darkslide darkslide-lab darkslide-host; do
    printf '#!/bin/sh\\necho %s {word}\\n' $program > "$CARGO_TARGET_DIR/dist/$program"
done
"""


class Release(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "bin").mkdir()
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.enterContext(mock.patch.dict(os.environ, {"PATH": path, "CARGO_TARGET_DIR": str(self.folder / "target")}))
        # The site need not be built for this.
        self.enterContext(mock.patch.object(release, "ROOT", self.folder / "root"))
        root = self.folder / "root"
        (root / "site" / "dist").mkdir(parents=True)
        (root / "site" / "dist" / "index.html").write_text("<!doctype html>")
        for name in (*release.BESIDE, "Cargo.toml"):
            (root / name).write_bytes((stack.ROOT / name).read_bytes())
        self.cargo("AmazonSQS.ReceiveMessage")

    def cargo(self, word: str):
        program = self.folder / "bin" / "cargo"
        program.write_text(CARGO.format(folder=self.folder, word=word))
        program.chmod(0o755)

    def make(self, *arguments: str) -> Path:
        out = self.folder / "out"
        with contextlib.redirect_stdout(io.StringIO()):
            release.main(["--out", str(out), *arguments])
        return out

    def test_archives_hold_the_programs_and_the_checksums_fit(self):
        out = self.make()
        asked = (self.folder / "asked").read_text()
        self.assertIn("build --locked --profile dist", asked)
        self.assertIn("--features darkslide/sqs,darkslide-lab/sqs", asked)
        self.assertIn(f"--remap-path-prefix={self.folder / 'root'}=darkslide", asked)
        archives = sorted(p for p in out.iterdir() if p.name != release.SUMS)
        self.assertEqual([p.name.split("-0.")[0] for p in archives], ["darkslide", "darkslide-host", "darkslide-lab"])
        checked = subprocess.run(["sha256sum", "--check", release.SUMS], cwd=out, capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout.count(": OK")), (0, 3), checked.stderr)
        for path in archives:
            program = path.name.split("-0.")[0]
            with tarfile.open(path) as files:
                files.extractall(self.folder / "unpacked", filter="data")
            unpacked = self.folder / "unpacked" / path.name.removesuffix(".tar.gz")
            self.assertEqual({p.name for p in unpacked.iterdir()}, {program, *release.BESIDE})
            said = subprocess.run([unpacked / program], capture_output=True, text=True)
            self.assertIn(program, said.stdout)

    def test_the_same_commit_makes_the_same_archives(self):
        first = {p.name: p.read_bytes() for p in self.make().iterdir()}
        self.assertEqual({p.name: p.read_bytes() for p in self.make().iterdir()}, first)

    def test_an_agent_that_cannot_speak_to_sqs_is_not_shipped(self):
        self.cargo("nothing")
        with self.assertRaisesRegex(Stop, "darkslide was built without the feature sqs"):
            self.make()
        self.assertFalse((self.folder / "out").exists())

    def test_a_failed_build_and_a_missing_site_are_said(self):
        (self.folder / "bin" / "cargo").write_text("#!/bin/sh\nexit 101\n")
        with self.assertRaisesRegex(Stop, "The command was:\n  cargo build"):
            self.make()
        (self.folder / "root" / "site" / "dist" / "index.html").unlink()
        with self.assertRaisesRegex(Stop, "make site/dist/index.html"):
            self.make()


if __name__ == "__main__":
    unittest.main()
